using System.Runtime.InteropServices;

namespace ClosedDoor.Domain;

/// <summary>Why two may not meet. Only the organizer is told which; a veto is never told to the company.</summary>
public enum PairBar
{
    None,

    /// <summary>The guest does not wish to meet this company.</summary>
    Veto,

    /// <summary>A conflict of interest, declared or not yet asked about.</summary>
    Conflict,

    /// <summary>The company does not wish to meet this guest.</summary>
    Declined,

    /// <summary>One of the two stays out of automatic matching: a guest may (PIPL article 24), and a company too.</summary>
    OptedOut,

    /// <summary>One-to-one meetings between this official and companies are not allowed.</summary>
    NotAllowed,

    /// <summary>They have met already, at a time that is no slot of this problem.</summary>
    Met,
}

/// <summary>What speaks for and against one pair.</summary>
/// <param name="Weight">0 to <see cref="TimetableProblem.MostWeight"/>: ranks of both sides and the match of needs, in points.</param>
/// <param name="Bar">Anything but None forbids the meeting.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PairTerms(int Weight, PairBar Bar = PairBar.None);

/// <param name="Present">When the company can sit at a table.</param>
/// <param name="Guarantee">The meetings that it was promised at least.</param>
public sealed record TimetableCompany(SlotSet Present, int Guarantee);

/// <param name="Present">When the guest can sit at a table.</param>
public sealed record TimetableGuest(SlotSet Present);

/// <summary>One meeting in a timetable; all numbers count from 0.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Meeting(int Company, int Guest, int Slot, int Table);

/// <summary>
/// Who could meet whom, and when. Companies, guests, slots and tables are numbers; names stay outside.
/// A pair meets at most once, nobody is in two meetings of one slot, and a slot holds at most <see cref="Tables"/> meetings.
/// </summary>
public sealed record TimetableProblem
{
    /// <summary>The greatest weight of a pair, in points.</summary>
    public const int MostWeight = 10_000;

    public required int Slots { get; init; }
    public required int Tables { get; init; }
    public required IReadOnlyList<TimetableCompany> Companies { get; init; }
    public required IReadOnlyList<TimetableGuest> Guests { get; init; }

    /// <summary>By company, then by guest.</summary>
    public required PairTerms[,] Pairs { get; init; }

    /// <summary>
    /// Meetings that stay where they are: begun, held or missed already, or frozen. They stand even when somebody's
    /// presence or the pair's terms have changed since.
    /// </summary>
    public IReadOnlyList<Meeting> Fixed { get; init; } = [];

    /// <summary>
    /// The timetable that people have in their hands, for a re-solve with few changes. The order of aims is then:
    /// fixed meetings; (1) least shortfall; (2) greatest weight; (2½) fewest changes, where a meeting moved to another
    /// slot, dropped, or added is one change each; then (3) to (5). Weight goes before few changes, because otherwise the
    /// cheapest change would be to drop what a late director misses, and companies have paid for those meetings; few
    /// changes go before fairness and waiting, because nobody should be sent elsewhere only for a rounder number.
    /// Null: a timetable from scratch.
    /// </summary>
    public IReadOnlyList<Meeting>? Published { get; init; }

    /// <summary>What makes the problem meaningless, in words for a developer; null when it is sound.</summary>
    public string? Flaw()
    {
        if (Slots is < 0 or > SlotSet.Most)
            return $"a timetable has 0 to {SlotSet.Most} slots";
        if (Tables < 0)
            return "tables must not be negative";
        if (Pairs.GetLength(0) != Companies.Count || Pairs.GetLength(1) != Guests.Count)
            return "the table of pairs must have a row for each company and a column for each guest";
        foreach (var pair in Pairs)
            if (pair.Weight is < 0 or > MostWeight)
                return $"a weight lies between 0 and {MostWeight}";
        foreach (var company in Companies)
            if (company.Guarantee < 0)
                return "a guarantee must not be negative";
        return FixedFlaw();
    }

    string? FixedFlaw()
    {
        var pairs = new HashSet<(int, int)>();
        var companies = new HashSet<(int, int)>();
        var guests = new HashSet<(int, int)>();
        var places = new HashSet<(int, int)>();
        foreach (var (company, guest, slot, table) in Fixed)
        {
            if (
                company < 0
                || company >= Companies.Count
                || guest < 0
                || guest >= Guests.Count
                || slot < 0
                || slot >= Slots
                || table < 0
                || table >= Tables
            )
                return "a fixed meeting names somebody or a place that is not there";
            if (
                !pairs.Add((company, guest))
                || !companies.Add((company, slot))
                || !guests.Add((guest, slot))
                || !places.Add((slot, table))
            )
                return "fixed meetings collide";
        }
        return null;
    }
}
