using System.Runtime.InteropServices;

namespace ClosedDoor.Domain;

/// <summary>A rule that a timetable must keep.</summary>
public enum TimetableRule
{
    /// <summary>The meeting names somebody, a slot or a table that is not there.</summary>
    Exists,
    CompanyPresent,
    GuestPresent,
    NotBarred,
    PairOnce,
    CompanyOnceASlot,
    GuestOnceASlot,
    TableOnceASlot,

    /// <summary>A fixed meeting has been moved or is missing.</summary>
    FixedStays,
}

/// <summary>A broken rule: by this meeting, against that one where two are needed to break it.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BrokenRule(TimetableRule Rule, Meeting Meeting, Meeting? Against = null);

/// <summary>
/// Judges a timetable by the text of the rules alone, one meeting after another. Shares nothing with the solver, so that
/// an error there is found here; for edits by hand it names each rule that they break.
/// </summary>
public static class TimetableChecker
{
    /// <summary>All broken rules, in the order of the meetings; none when the timetable may be published.</summary>
    public static IReadOnlyList<BrokenRule> Broken(TimetableProblem problem, IReadOnlyList<Meeting> meetings)
    {
        var broken = new List<BrokenRule>();
        for (var i = 0; i < meetings.Count; i++)
        {
            var meeting = meetings[i];
            if (!Exists(problem, meeting))
            {
                broken.Add(new(TimetableRule.Exists, meeting));
                continue;
            }
            if (!problem.Fixed.Any(one => Same(one, meeting)))
                Alone(problem, meeting, broken);
            for (var j = 0; j < i; j++)
                Together(meeting, meetings[j], broken);
        }
        foreach (var meeting in problem.Fixed)
            if (!meetings.Contains(meeting))
                broken.Add(new(TimetableRule.FixedStays, meeting));
        return broken;
    }

    static bool Same(Meeting one, Meeting other) =>
        one.Company == other.Company && one.Guest == other.Guest && one.Slot == other.Slot;

    static bool Exists(TimetableProblem problem, Meeting meeting) =>
        meeting.Company >= 0
        && meeting.Company < problem.Companies.Count
        && meeting.Guest >= 0
        && meeting.Guest < problem.Guests.Count
        && meeting.Slot >= 0
        && meeting.Slot < problem.Slots
        && meeting.Table >= 0
        && meeting.Table < problem.Tables;

    static void Alone(TimetableProblem problem, Meeting meeting, List<BrokenRule> broken)
    {
        if (!problem.Companies[meeting.Company].Present.Contains(meeting.Slot))
            broken.Add(new(TimetableRule.CompanyPresent, meeting));
        if (!problem.Guests[meeting.Guest].Present.Contains(meeting.Slot))
            broken.Add(new(TimetableRule.GuestPresent, meeting));
        if (problem.Pairs[meeting.Company, meeting.Guest].Bar != PairBar.None)
            broken.Add(new(TimetableRule.NotBarred, meeting));
    }

    static void Together(Meeting meeting, Meeting other, List<BrokenRule> broken)
    {
        if (meeting.Company == other.Company && meeting.Guest == other.Guest)
            broken.Add(new(TimetableRule.PairOnce, meeting, other));
        if (meeting.Slot != other.Slot)
            return;
        if (meeting.Company == other.Company)
            broken.Add(new(TimetableRule.CompanyOnceASlot, meeting, other));
        if (meeting.Guest == other.Guest)
            broken.Add(new(TimetableRule.GuestOnceASlot, meeting, other));
        if (meeting.Table == other.Table)
            broken.Add(new(TimetableRule.TableOnceASlot, meeting, other));
    }
}
