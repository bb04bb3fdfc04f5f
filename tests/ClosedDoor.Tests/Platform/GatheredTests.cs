using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class GatheredTests
{
    [Test]
    public async Task Who_asks_while_a_read_runs_gets_the_next_one_and_shares_it()
    {
        var (committed, reads) = (1, 0);
        var (begun, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var shared = new Gathered<int, int>(
            async (_, _) =>
            {
                reads++;
                var seen = committed;
                begun.TrySetResult();
                await release.Task;
                return seen;
            }
        );

        var first = shared.Ask("session", 0);
        await begun.Task;
        committed = 2; // Whoever was told of this must not be answered from the read that began before it.
        var later = Enumerable.Range(1, 50).Select(i => shared.Ask("session", i)).ToList();
        Assert.That(reads, Is.EqualTo(1));
        release.SetResult();

        Assert.That(await first, Is.EqualTo(1));
        Assert.That(await Task.WhenAll(later), Is.All.EqualTo(2));
        Assert.That(reads, Is.EqualTo(2));
    }

    [Test]
    public async Task Everyone_is_asked_for_once_in_the_order_of_coming()
    {
        var (begun, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var asked = new List<int>();
        var shared = new Gathered<int, int>(
            async (_, asks) =>
            {
                begun.TrySetResult();
                await release.Task;
                asked.AddRange(asks);
                return asks.Count;
            }
        );

        var first = shared.Ask("session", 0);
        await begun.Task;
        var others = Enumerable.Range(1, 9).Select(i => shared.Ask("session", i)).ToList();
        release.SetResult();

        Assert.That(await first, Is.EqualTo(1));
        Assert.That(await Task.WhenAll(others), Is.All.EqualTo(9));
        Assert.That(asked, Is.EqualTo(Enumerable.Range(0, 10)));
    }

    [Test]
    public async Task Another_question_waits_for_nobody()
    {
        var stuck = new TaskCompletionSource();
        var shared = new Gathered<int, int>(
            async (key, asks) =>
            {
                if (key == "one")
                    await stuck.Task;
                return asks[0];
            }
        );
        var first = shared.Ask("one", 1);

        Assert.That(await shared.Ask("another", 7), Is.EqualTo(7));
        stuck.SetResult();
        Assert.That(await first, Is.EqualTo(1));
    }

    [Test]
    public async Task A_run_that_fails_fails_for_those_who_shared_it_and_for_nobody_after_them()
    {
        var (begun, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var shared = new Gathered<int, int>(
            async (_, asks) =>
            {
                begun.TrySetResult();
                await release.Task;
                return asks[0] == 2 ? throw new InvalidOperationException() : asks[0];
            }
        );
        var first = shared.Ask("session", 1);
        await begun.Task;
        var second = shared.Ask("session", 2);
        release.SetResult();

        Assert.That(await first, Is.EqualTo(1));
        Assert.That(async () => await second, Throws.InvalidOperationException);
        Assert.That(await shared.Ask("session", 3), Is.EqualTo(3));
    }

    [Test]
    public async Task Of_many_at_once_each_gets_a_run_that_began_after_the_question()
    {
        long committed = 0;
        var shared = new Gathered<int, long>(
            async (_, _) =>
            {
                var seen = Interlocked.Read(ref committed);
                await Task.Yield();
                return seen;
            }
        );

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 2_000; i++)
                        {
                            var told = Interlocked.Increment(ref committed);
                            Assert.That(await shared.Ask("session", i), Is.GreaterThanOrEqualTo(told));
                        }
                    })
                )
        );
    }
}
