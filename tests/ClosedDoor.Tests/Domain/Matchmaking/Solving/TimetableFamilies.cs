using ClosedDoor.Domain;

namespace ClosedDoor.Tests.Domain.Matchmaking;

/// <summary>Seeded instances as `make bench-timetable` measures them and the tests judge them.</summary>
static class TimetableFamilies
{
    public static readonly (string Name, Func<int, TimetableProblem> Make)[] Small =
    [
        ("8×8×10, all there", AllThere),
        ("8×13×16, guests there 70 %", seed => Mostly(seed, tables: 8)),
        ("8×13×16, guests there 70 %, 3 tables", seed => Mostly(seed, tables: 3)),
        ("8×13×10, there for 3–5 slots in a row", Windows),
    ];

    public static readonly (string Name, Func<int, TimetableProblem> Make)[] Large =
    [
        ("40×40×20, guests there 70 %", seed => Large40(seed)),
        ("100×60×24, guests there 70 %", seed => Large100(seed)),
    ];

    /// <summary>Tables for four to eight of the eight companies: with less than seven, pairs must be chosen.</summary>
    static TimetableProblem AllThere(int seed)
    {
        var random = new Random(seed);
        return Make(random, 8, 8, 10, 4 + seed % 5, 4, _ => SlotSet.All(10), _ => SlotSet.All(10));
    }

    static TimetableProblem Mostly(int seed, int tables)
    {
        var random = new Random(seed + 1_000);
        return Make(random, 8, 13, 16, tables, tables == 3 ? 5 : 9, _ => SlotSet.All(16), r => Share(r, 16, 0.7));
    }

    /// <summary>Nine of ten are there for three to five slots in a row, the others all the time.</summary>
    static TimetableProblem Windows(int seed)
    {
        return Make(new Random(seed + 2_000), 8, 13, 10, 8, 3, Window, Window);

        static SlotSet Window(Random random)
        {
            if (random.Next(10) == 0)
                return SlotSet.All(10);
            var length = 3 + random.Next(3);
            var first = random.Next(10 - length + 1);
            return SlotSet.All(first + length).From(first);
        }
    }

    static TimetableProblem Large40(int seed) =>
        Make(new Random(seed + 3_000), 40, 40, 20, 30, 10, _ => SlotSet.All(20), r => Share(r, 20, 0.7));

    static TimetableProblem Large100(int seed) =>
        Make(new Random(seed + 4_000), 100, 60, 24, 40, 6, _ => SlotSet.All(24), r => Share(r, 24, 0.7));

    static SlotSet Share(Random random, int slots, double share)
    {
        var set = SlotSet.None;
        for (var slot = 0; slot < slots; slot++)
            if (random.NextDouble() < share)
                set = set.With(slot);
        return set;
    }

    static TimetableProblem Make(
        Random random,
        int companies,
        int guests,
        int slots,
        int tables,
        int guarantee,
        Func<Random, SlotSet> company,
        Func<Random, SlotSet> guest
    )
    {
        var pairs = new PairTerms[companies, guests];
        for (var c = 0; c < companies; c++)
        for (var g = 0; g < guests; g++)
            pairs[c, g] = random.Next(20) switch
            {
                0 => new(0, PairBar.Declined),
                1 => new(0, PairBar.Veto),
                // The company's wish, the guest's rank, the match of needs.
                _ => new(10 * (1 + random.Next(3)) + 5 * random.Next(7) + random.Next(41)),
            };
        return new TimetableProblem
        {
            Slots = slots,
            Tables = tables,
            Companies =
            [
                .. Enumerable.Range(0, companies).Select(_ => new TimetableCompany(company(random), guarantee)),
            ],
            Guests = [.. Enumerable.Range(0, guests).Select(_ => new TimetableGuest(guest(random)))],
            Pairs = pairs,
        };
    }

    /// <summary>The same day after one guest has left, with the timetable that was published before.</summary>
    public static TimetableProblem AfterOneDropout(TimetableProblem problem, IReadOnlyList<Meeting> published, int seed)
    {
        var gone = seed % problem.Guests.Count;
        return problem with
        {
            Guests = [.. problem.Guests.Select((guest, i) => i == gone ? new TimetableGuest(SlotSet.None) : guest)],
            Published = published,
        };
    }
}
