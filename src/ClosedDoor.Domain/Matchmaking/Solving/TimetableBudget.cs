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
