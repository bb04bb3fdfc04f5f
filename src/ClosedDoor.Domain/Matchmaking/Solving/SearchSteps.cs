namespace ClosedDoor.Domain;

/// <summary>Counts the steps and asks from time to time whether to stop. The domain reads no clock: the caller's predicate does.</summary>
sealed class SearchSteps(Func<bool>? timeIsUp, CancellationToken cancellation)
{
    const int AskEvery = 1 << 11;

    long _limit;
    long _ask;

    public long Taken { get; private set; }

    /// <summary>Why the search was stopped from outside; Finished while it was not.</summary>
    public SearchEnd Struck { get; private set; } = SearchEnd.Finished;

    public bool UsedUp => Taken >= _limit;

    /// <summary>Stopped from outside, which no count of steps foresees: what goes on after its budget has to end, too.</summary>
    public bool IsStruck => Struck != SearchEnd.Finished;

    public bool MustStop => IsStruck || UsedUp;

    public void Allow(long steps) => _limit = long.CreateSaturating((Int128)Taken + steps);

    /// <returns>Whether the search may go on.</returns>
    public bool Spend(long steps)
    {
        Taken += steps;
        if (Taken >= _ask)
        {
            _ask = Taken + AskEvery;
            if (!IsStruck)
            {
                if (cancellation.IsCancellationRequested)
                    Struck = SearchEnd.Cancelled;
                else if (timeIsUp?.Invoke() == true)
                    Struck = SearchEnd.Deadline;
            }
        }
        return !MustStop;
    }
}
