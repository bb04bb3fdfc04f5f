using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class TurnsTests
{
    [Test]
    public async Task One_row_is_had_by_one_at_a_time_in_the_order_of_asking()
    {
        var turns = new Turns();
        var order = new List<int>();
        var first = await turns.Next("row");
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
    public async Task Another_row_waits_for_nobody()
    {
        var turns = new Turns();
        using var one = await turns.Next("one");

        using var another = await turns.Next("another");
    }
}
