using ClosedDoor.Domain;

namespace ClosedDoor.Tests.Domain.Matchmaking;

/// <summary>Counts again what a certificate claims, from the meetings alone. Shares nothing with the solver.</summary>
static class CertificateChecker
{
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
        var gone = published.Count(was => !meetings.Any(now => now with { Table = was.Table } == was));
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
