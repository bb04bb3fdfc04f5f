using System.Runtime.InteropServices;

namespace ClosedDoor.Domain;

/// <summary>One aim of a timetable: what was reached, and what nobody can beat.</summary>
/// <param name="Value">What the timetable reaches.</param>
/// <param name="Bound">No timetable that does as well in the aims before this one can be better than this.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct LevelProof(long Value, long Bound)
{
    /// <summary>Nothing better exists.</summary>
    public bool Proved => Value == Bound;

    /// <summary>How far the value may be from the best, as a share of the larger of both; 0 when proved.</summary>
    public double Gap =>
        Value == Bound ? 0 : Math.Abs(Value - Bound) / (double)Math.Max(Math.Abs(Value), Math.Abs(Bound));
}

/// <summary>Why the search ended.</summary>
public enum SearchEnd
{
    /// <summary>There was nothing left to prove, and the budget for improvement was used as far as it helped.</summary>
    Finished,

    /// <summary>The budget of search steps was used up before the proof; the same input gives the same answer anywhere.</summary>
    StepsUsedUp,

    /// <summary>The wall clock struck: on another machine the answer may differ.</summary>
    Deadline,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}

/// <summary>Why two who could be wished to meet do not.</summary>
public enum MissingReason
{
    /// <summary>Shown to the organizer alone.</summary>
    Veto,
    Conflict,
    Declined,
    OptedOut,
    NotAllowed,

    /// <summary>They have met already, before the day was laid out anew.</summary>
    MetAlready,

    /// <summary>There is no slot in which both are there.</summary>
    NeverThereTogether,

    /// <summary>In every slot in which both are there, the company meets others.</summary>
    CompanyBusy,

    /// <summary>In every slot in which both are there, the guest meets others.</summary>
    GuestBusy,

    /// <summary>In every slot in which both are there and free, all tables are taken.</summary>
    TablesTaken,

    /// <summary>In each slot in which both are there, one of them meets others or the tables are taken.</summary>
    SlotsTaken,

    /// <summary>It would fit, and would gain nothing: no points, or an uneven share for one company.</summary>
    NoGain,
}

/// <summary>A pair that does not meet, and why.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MissingPair(int Company, int Guest, MissingReason Reason);

/// <summary>Why a company has fewer meetings than it was promised.</summary>
public enum ShortfallReason
{
    /// <summary>It may meet too few guests, even if all were always there.</summary>
    TooFewGuests,

    /// <summary>It is there in too few slots.</summary>
    TooFewSlots,

    /// <summary>It may meet enough guests and is there long enough, but not at the times when they are.</summary>
    TooFewCommonSlots,

    /// <summary>Alone it could have them; together with what is promised to the others nobody can have fewer missing in all.</summary>
    OthersArePromisedToo,

    /// <summary>The search ended before it was known.</summary>
    NotProved,
}

/// <summary>A company below its guarantee.</summary>
/// <param name="Possible">The meetings that it could have if no other company came.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MissedGuarantee(
    int Company,
    int Guarantee,
    int Meetings,
    int Possible,
    ShortfallReason Reason
);

/// <summary>
/// What a timetable is worth, level by level, against what is possible at most. The levels 1 to 3 are
/// <see cref="Shortfall"/>, <see cref="Weight"/> and (<see cref="FewestMeetings"/>, <see cref="Spread"/>).
/// </summary>
public sealed record TimetableCertificate
{
    /// <summary>Level 1: meetings missing to guarantees, in all.</summary>
    public required LevelProof Shortfall { get; init; }

    /// <summary>Level 2: points of all meetings.</summary>
    public required LevelProof Weight { get; init; }

    /// <summary>Level 2½, in a re-solve: meetings moved, dropped, or added. 0 in a timetable from scratch.</summary>
    public required LevelProof Changes { get; init; }

    /// <summary>Level 3: meetings of the company that has fewest.</summary>
    public required LevelProof FewestMeetings { get; init; }

    /// <summary>Level 3: meetings of the company that has most, less those of the company that has fewest.</summary>
    public required LevelProof Spread { get; init; }

    /// <summary>Level 4: the longest wait between two meetings, in slots in which that participant is there.</summary>
    public required LevelProof LongestWait { get; init; }

    /// <summary>Level 4: all waits between meetings, in slots.</summary>
    public required LevelProof TotalWait { get; init; }

    /// <summary>Level 5: how often a company has its next meeting at another table. Guests walk; companies have set up.</summary>
    public required LevelProof TableChanges { get; init; }

    /// <summary>Jain's index of the companies' numbers of meetings: 1 when all have the same, 1/n when one has all.</summary>
    public required double Jain { get; init; }

    public required IReadOnlyList<MissingPair> Missing { get; init; }
    public required IReadOnlyList<MissedGuarantee> MissedGuarantees { get; init; }
    public required SearchEnd End { get; init; }

    /// <summary>Search steps taken, a number that is the same on every machine.</summary>
    public required long Steps { get; init; }

    /// <summary>Levels 1 to 3 are proved best.</summary>
    public bool Proved => Shortfall.Proved && Weight.Proved && Changes.Proved && FewestMeetings.Proved && Spread.Proved;

    /// <summary>How far the points may be from the best, as a share; 1 while even the shortfall is open.</summary>
    public double Gap => Shortfall.Proved ? Weight.Gap : 1;
}

/// <summary>A timetable, meetings ordered by slot and table, with its certificate.</summary>
public sealed record Timetable(IReadOnlyList<Meeting> Meetings, TimetableCertificate Certificate);
