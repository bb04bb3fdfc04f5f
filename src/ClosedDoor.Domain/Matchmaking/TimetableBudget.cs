namespace ClosedDoor.Domain;

/// <summary>
/// How long to search, in steps that are the same on every machine. A step is a
/// fifth of a microsecond to a microsecond of work on hardware of 2024; the defaults are about 30 s and 1 s at most.
/// </summary>
/// <param name="Proof">Steps for levels 1 to 3.</param>
/// <param name="Improvement">Steps for levels 4 and 5.</param>
/// <param name="Seed">The same problem, budget and seed give the same timetable.</param>
public sealed record TimetableBudget(long Proof = 30_000_000, long Improvement = 4_000_000, int Seed = 1);

/// <summary>How far the search is.</summary>
public enum SearchStage
{
    /// <summary>A first timetable stands.</summary>
    Found,

    /// <summary>A better one, or a better bound.</summary>
    Better,

    /// <summary>Levels 1 to 3 are proved, or their budget is used up; levels 4 and 5 are next.</summary>
    Settled,

    Finished,
}

/// <summary>A report from the search.</summary>
/// <param name="Gap">Of the points in level 2, as a share.</param>
public readonly record struct SearchProgress(SearchStage Stage, long Steps, double Gap, bool Proved);

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

    public bool MustStop => Struck != SearchEnd.Finished || UsedUp;

    public void Allow(long steps) => _limit = long.CreateSaturating((Int128)Taken + steps);

    /// <returns>Whether the search may go on.</returns>
    public bool Spend(long steps)
    {
        Taken += steps;
        if (Taken >= _ask)
        {
            _ask = Taken + AskEvery;
            if (Struck == SearchEnd.Finished)
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
