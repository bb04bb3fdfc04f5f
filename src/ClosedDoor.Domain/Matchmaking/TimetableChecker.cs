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

    /// <summary>
    /// What the certificate claims against what the meetings say, in words for a developer; none when it holds. The bounds
    /// are only checked for being possible: better than or equal to what was reached.
    /// </summary>
    public static IReadOnlyList<string> FalseClaims(TimetableProblem problem, Timetable timetable)
    {
        var (meetings, claims, wrong) = (timetable.Meetings, timetable.Certificate, new List<string>());
        var counts = new int[problem.Companies.Count];
        var weight = 0L;
        foreach (var meeting in meetings)
        {
            counts[meeting.Company]++;
            weight += problem.Pairs[meeting.Company, meeting.Guest].Weight;
        }
        var shortfall = 0L;
        for (var company = 0; company < counts.Length; company++)
            shortfall += Math.Max(0, problem.Companies[company].Guarantee - counts[company]);
        var (fewest, most) = counts.Length == 0 ? (0, 0) : (counts.Min(), counts.Max());
        var (longest, total) = Waits(problem, meetings);

        Compare("shortfall", claims.Shortfall, shortfall, greater: false);
        Compare("weight", claims.Weight, weight, greater: true);
        Compare("changes", claims.Changes, Changed(problem.Published, meetings), greater: false);
        Compare("fewest meetings", claims.FewestMeetings, fewest, greater: true);
        Compare("spread", claims.Spread, most - fewest, greater: false);
        Compare("longest wait", claims.LongestWait, longest, greater: false);
        Compare("total wait", claims.TotalWait, total, greater: false);
        Compare("table changes", claims.TableChanges, TableChanges(meetings), greater: false);
        var squares = counts.Sum(count => (double)count * count);
        var jain = squares == 0 ? 1 : Math.Pow(counts.Sum(), 2) / (counts.Length * squares);
        if (Math.Abs(jain - claims.Jain) > 1e-9)
            wrong.Add($"Jain's index is {jain}, not {claims.Jain}");
        if (meetings.Count + claims.Missing.Count != problem.Companies.Count * problem.Guests.Count)
            wrong.Add("not every pair either meets or is given a reason");
        foreach (var missing in claims.Missing)
            if (meetings.Any(meeting => meeting.Company == missing.Company && meeting.Guest == missing.Guest))
                wrong.Add($"{missing} does meet");
        var missed = claims.MissedGuarantees.Select(one => (one.Company, one.Guarantee, one.Meetings)).ToHashSet();
        for (var company = 0; company < counts.Length; company++)
            if (problem.Companies[company].Guarantee is var promised && counts[company] < promised)
                if (!missed.Remove((company, promised, counts[company])))
                    wrong.Add($"company {company} misses its guarantee");
        foreach (var (company, _, _) in missed)
            wrong.Add($"company {company} does not miss its guarantee like that");
        return wrong;

        void Compare(string name, LevelProof claim, long value, bool greater)
        {
            if (claim.Value != value)
                wrong.Add($"{name} is {value}, not {claim.Value}");
            if (greater ? claim.Bound < claim.Value : claim.Bound > claim.Value)
                wrong.Add($"{name} {claim.Value} is beyond its bound {claim.Bound}");
        }
    }

    static (int Longest, int Total) Waits(TimetableProblem problem, IReadOnlyList<Meeting> meetings)
    {
        var (longest, total) = (0, 0);
        for (var company = 0; company < problem.Companies.Count; company++)
            Person(
                problem.Companies[company].Present,
                [.. meetings.Where(one => one.Company == company).Select(one => one.Slot)]
            );
        for (var guest = 0; guest < problem.Guests.Count; guest++)
            Person(
                problem.Guests[guest].Present,
                [.. meetings.Where(one => one.Guest == guest).Select(one => one.Slot)]
            );
        return (longest, total);

        void Person(SlotSet present, List<int> slots)
        {
            slots.Sort();
            for (var i = 1; i < slots.Count; i++)
            {
                var wait = 0;
                for (var slot = slots[i - 1] + 1; slot < slots[i]; slot++)
                    wait += present.Contains(slot) ? 1 : 0;
                longest = Math.Max(longest, wait);
                total += wait;
            }
        }
    }

    static int Changed(IReadOnlyList<Meeting>? published, IReadOnlyList<Meeting> meetings)
    {
        if (published is null)
            return 0;
        var gone = published.Count(was => !meetings.Any(now => Same(was, now)));
        return gone
            + meetings.Count(now => !published.Any(was => was.Company == now.Company && was.Guest == now.Guest));
    }

    static int TableChanges(IReadOnlyList<Meeting> meetings)
    {
        var changes = 0;
        foreach (var company in meetings.GroupBy(meeting => meeting.Company))
        {
            var tables = company.OrderBy(meeting => meeting.Slot).Select(meeting => meeting.Table).ToList();
            for (var i = 1; i < tables.Count; i++)
                changes += tables[i] != tables[i - 1] ? 1 : 0;
        }
        return changes;
    }
}
