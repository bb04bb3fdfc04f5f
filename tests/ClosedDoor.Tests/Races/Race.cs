namespace ClosedDoor.Tests.Races;

/// <summary>Lets entrants start at one signal.</summary>
static class Race
{
    /// <summary>Starts all at the same moment, each on its own, with a little jitter so that no order is the usual one.</summary>
    public static async Task<T[]> Run<T>(int entrants, Func<int, Task<T>> run)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = Enumerable
            .Range(0, entrants)
            .Select(i =>
                Task.Run(async () =>
                {
                    await start.Task;
                    Thread.SpinWait(Random.Shared.Next(0, 20_000));
                    return await run(i);
                })
            )
            .ToArray();
        start.SetResult();
        return await Task.WhenAll(runs);
    }

    /// <summary>
    /// One of many rounds of two against each other. In the first round the left one is through before the right one
    /// begins, in the second the other way round, so that both outcomes are seen in every run; from the third on both
    /// start at once.
    /// </summary>
    public static async Task<(TLeft Left, TRight Right)> Pair<TLeft, TRight>(
        int round,
        Func<Task<TLeft>> left,
        Func<Task<TRight>> right
    )
    {
        TLeft first = default!;
        TRight second = default!;
        switch (round)
        {
            case 0:
                first = await left();
                second = await right();
                break;
            case 1:
                second = await right();
                first = await left();
                break;
            default:
                await Run(
                    2,
                    async i =>
                    {
                        if (i == 0)
                            first = await left();
                        else
                            second = await right();
                        return i;
                    }
                );
                break;
        }
        return (first, second);
    }
}

/// <summary>
/// Where the entrants of a negative control wait for each other between reading and writing, which makes the race that
/// the missing guard would have prevented happen every time.
/// </summary>
sealed class Rendezvous(int entrants)
{
    readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _missing = entrants;

    public Task Arrive()
    {
        if (Interlocked.Decrement(ref _missing) == 0)
            _all.SetResult();
        return _all.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }
}
