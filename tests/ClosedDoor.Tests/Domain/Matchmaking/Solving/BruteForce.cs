using System.Runtime.InteropServices;
using ClosedDoor.Domain;

namespace ClosedDoor.Tests.Domain.Matchmaking;

/// <summary>What levels 1 to 3 come to; the better is the greater.</summary>
[StructLayout(LayoutKind.Auto)]
readonly record struct Levels(long Shortfall, long Weight, long Changes, long Fewest, long Spread) : IComparable<Levels>
{
    public static Levels Of(Timetable timetable)
    {
        var claims = timetable.Certificate;
        return new(
            claims.Shortfall.Value,
            claims.Weight.Value,
            claims.Changes.Value,
            claims.FewestMeetings.Value,
            claims.Spread.Value
        );
    }

    public int CompareTo(Levels other) =>
        (-Shortfall, Weight, -Changes, Fewest, -Spread).CompareTo(
            (-other.Shortfall, other.Weight, -other.Changes, other.Fewest, -other.Spread)
        );

    public static bool operator <(Levels one, Levels other) => one.CompareTo(other) < 0;

    public static bool operator >(Levels one, Levels other) => one.CompareTo(other) > 0;

    public static bool operator <=(Levels one, Levels other) => one.CompareTo(other) <= 0;

    public static bool operator >=(Levels one, Levels other) => one.CompareTo(other) >= 0;
}

/// <summary>Tries every timetable of a tiny problem.</summary>
sealed class BruteForce(TimetableProblem problem)
{
    readonly List<Meeting> _meetings = [.. problem.Fixed];
    Levels? _best;
    (int Longest, int Total) _leastWaits;

    public static Levels Best(TimetableProblem problem)
    {
        var search = new BruteForce(problem);
        search.Try(0);
        return search._best!.Value;
    }

    /// <summary>The smallest longest wait, and the smallest sum of waits, of the timetables that are best in levels 1 to 3.</summary>
    public static (int Longest, int Total) LeastWaits(TimetableProblem problem)
    {
        var search = new BruteForce(problem);
        search.Try(0);
        return search._leastWaits;
    }

    void Try(int pair)
    {
        if (pair == problem.Pairs.Length)
        {
            var (levels, waits) = (Value(), Waits());
            if (_best is not { } best || levels > best)
                (_best, _leastWaits) = (levels, waits);
            else if (levels == best)
                _leastWaits = (Math.Min(waits.Longest, _leastWaits.Longest), Math.Min(waits.Total, _leastWaits.Total));
            return;
        }
        Try(pair + 1);
        var (company, guest) = (pair / problem.Guests.Count, pair % problem.Guests.Count);
        if (
            problem.Pairs[company, guest].Bar != PairBar.None
            || problem.Fixed.Any(one => one.Company == company && one.Guest == guest)
        )
            return;
        for (var slot = 0; slot < problem.Slots; slot++)
        {
            if (!problem.Companies[company].Present.Contains(slot) || !problem.Guests[guest].Present.Contains(slot))
                continue;
            var there = _meetings.Where(one => one.Slot == slot).ToList();
            if (there.Count >= problem.Tables || there.Exists(one => one.Company == company || one.Guest == guest))
                continue;
            _meetings.Add(new(company, guest, slot, 0));
            Try(pair + 1);
            _meetings.RemoveAt(_meetings.Count - 1);
        }
    }

    Levels Value()
    {
        var counts = new int[problem.Companies.Count];
        var weight = 0L;
        foreach (var meeting in _meetings)
        {
            counts[meeting.Company]++;
            weight += problem.Pairs[meeting.Company, meeting.Guest].Weight;
        }
        var shortfall = counts
            .Select((count, company) => Math.Max(0, problem.Companies[company].Guarantee - count))
            .Sum();
        var changes = 0;
        if (problem.Published is { } published)
            changes =
                published.Count(was => !_meetings.Exists(now => now with { Table = was.Table } == was))
                + _meetings.Count(now => !published.Any(was => (was.Company, was.Guest) == (now.Company, now.Guest)));
        return new(shortfall, weight, changes, counts.Min(), counts.Max() - counts.Min());
    }

    (int Longest, int Total) Waits()
    {
        var waits = problem
            .Companies.SelectMany((company, i) => Of(company.Present, _meetings.Where(one => one.Company == i)))
            .Concat(problem.Guests.SelectMany((guest, i) => Of(guest.Present, _meetings.Where(one => one.Guest == i))))
            .ToList();
        return waits.Count == 0 ? (0, 0) : (waits.Max(), waits.Sum());

        static IEnumerable<int> Of(SlotSet present, IEnumerable<Meeting> meetings)
        {
            var slots = meetings.Select(one => one.Slot).Order().ToList();
            return slots.Zip(
                slots.Skip(1),
                (from, to) => Enumerable.Range(from + 1, to - from - 1).Count(present.Contains)
            );
        }
    }
}
