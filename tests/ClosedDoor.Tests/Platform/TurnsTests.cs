using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class TurnsTests
{
    [Test]
    public async Task One_row_is_had_by_one_at_a_time_in_the_order_of_asking()
    {
        var turns = new Turns(1);
        var order = new List<int>();
        var first = (await turns.Next("row"))!;
        var others = Enumerable.Range(0, 20).Select(Wait).ToList();
        async Task Wait(int i)
        {
            using var turn = await turns.Next("row");
            order.Add(i); // Of two at once this list would lose some.
            await Task.Yield();
        }

        Assert.That(order, Is.Empty);
        first.Dispose();
        await Task.WhenAll(others);

        Assert.That(order, Is.EqualTo(Enumerable.Range(0, 20)));
        using var again = await turns.Next("row");
    }

    [Test]
    public async Task A_row_that_takes_several_is_had_by_so_many_and_no_more()
    {
        var turns = new Turns(3);
        var going = new List<IDisposable>();
        for (var i = 0; i < 3; i++)
            going.Add((await turns.Next("row"))!);
        var fourth = turns.Next("row").AsTask();
        var fifth = turns.Next("row").AsTask();

        Assert.That(fourth.IsCompleted, Is.False);
        going[1].Dispose();
        (await fourth)!.Dispose();
        (await fifth)!.Dispose();
        going[0].Dispose();
        going[2].Dispose();
        for (var i = 0; i < 3; i++)
            going[i] = (await turns.Next("row"))!;

        Assert.That(turns.Next("row").AsTask().IsCompleted, Is.False);
    }

    [Test]
    public async Task Who_waits_can_be_let_go_and_has_no_turn_then()
    {
        var turns = new Turns(1);
        var first = (await turns.Next("row"))!;
        var waiting = Enumerable.Range(0, 5).Select(_ => turns.Next("row").AsTask()).ToList();

        turns.LetGo("row");

        Assert.That(await Task.WhenAll(waiting), Is.All.Null);
        var next = turns.Next("row").AsTask();
        Assert.That(next.IsCompleted, Is.False, "the first still has its turn");
        first.Dispose();
        Assert.That(await next, Is.Not.Null);
        turns.LetGo("nobody's row");
    }

    [Test]
    public async Task Another_row_waits_for_nobody()
    {
        var turns = new Turns(1);
        using var one = await turns.Next("one");

        Assert.That(turns.Next("another").AsTask().IsCompleted, Is.True);
        Assert.That(turns.Next("one").AsTask().IsCompleted, Is.False);
    }
}
