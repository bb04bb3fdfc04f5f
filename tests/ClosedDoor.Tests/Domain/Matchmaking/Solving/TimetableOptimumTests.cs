using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

/// <summary>The optimum against brute force on tiny problems, and against itself on changed ones.</summary>
public sealed class TimetableOptimumTests
{
    static readonly TimetableBudget Quick = new(Improvement: 2_000);

    static readonly Gen<TimetableProblem> Tiny = Gen.Choose(0, int.MaxValue).Select(seed => Random(new Random(seed)));

    /// <summary>Up to 3 × 3 × 3, scarce in all: slots, tables, presence, points that often tie.</summary>
    static TimetableProblem Random(Random random)
    {
        var (companies, guests) = (1 + random.Next(3), 1 + random.Next(3));
        var slots = companies * guests > 6 ? 1 + random.Next(2) : 1 + random.Next(3);
        var pairs = new PairTerms[companies, guests];
        for (var c = 0; c < companies; c++)
        for (var g = 0; g < guests; g++)
            pairs[c, g] = random.Next(6) == 0 ? new(3, PairBar.Veto) : new(random.Next(4));
        SlotSet Presence() => new((uint)(random.Next(1 << slots) | random.Next(1 << slots)));
        return new TimetableProblem
        {
            Slots = slots,
            Tables = 1 + random.Next(3),
            Companies =
            [
                .. Enumerable.Range(0, companies).Select(_ => new TimetableCompany(Presence(), random.Next(3))),
            ],
            Guests = [.. Enumerable.Range(0, guests).Select(_ => new TimetableGuest(Presence()))],
            Pairs = pairs,
        };
    }

    /// <summary>A day on which somebody is late, and something is held already.</summary>
    static TimetableProblem Changed(TimetableProblem problem, int seed)
    {
        var random = new Random(seed);
        var published = TimetableSolver.Solve(problem, Quick).Meetings;
        var late = random.Next(problem.Guests.Count);
        return problem with
        {
            Published = published,
            Fixed = [.. published.Where(meeting => meeting.Slot == 0 && random.Next(2) == 0)],
            Guests =
            [
                .. problem.Guests.Select(
                    (guest, i) => i == late ? new TimetableGuest(new(guest.Present.Bits ^ (uint)random.Next(8))) : guest
                ),
            ],
        };
    }

    static bool AgreesWithBruteForce(TimetableProblem problem)
    {
        var timetable = TimetableSolver.Solve(problem, Quick);
        return timetable.Certificate.Proved
            && TimetableChecker.Broken(problem, timetable.Meetings).Count == 0
            && CertificateChecker.FalseClaims(problem, timetable).Count == 0
            && Levels.Of(timetable) == BruteForce.Best(problem);
    }

    [Test]
    public void Brute_force_finds_nothing_better() => Properties.Hold(Tiny, AgreesWithBruteForce, 400);

    [Test]
    public void Brute_force_finds_no_better_change_of_a_published_timetable() =>
        Properties.Hold(
            Tiny.SelectMany(problem => Gen.Choose(0, 1_000).Select(seed => Changed(problem, seed))),
            AgreesWithBruteForce,
            400
        );

    static bool WaitsAreBounded(TimetableProblem problem)
    {
        var claims = TimetableSolver.Solve(problem, Quick).Certificate;
        var (longest, total) = BruteForce.LeastWaits(problem);
        if (claims.TotalWait.Bound > 0)
            s_boundsAboveZero++;
        return claims.Proved && claims.LongestWait.Bound <= longest && claims.TotalWait.Bound <= total;
    }

    static int s_boundsAboveZero;

    /// <summary>One long thin day: few people and five slots, so that waits cannot always be avoided.</summary>
    static readonly Gen<TimetableProblem> Thin = Gen.Choose(0, int.MaxValue)
        .Select(seed =>
        {
            var random = new Random(seed);
            var (companies, guests) = random.Next(2) == 0 ? (1, 3) : (2, 2);
            var pairs = new PairTerms[companies, guests];
            for (var c = 0; c < companies; c++)
            for (var g = 0; g < guests; g++)
                pairs[c, g] = new(1 + random.Next(3));
            SlotSet Presence() => new((uint)(random.Next(32) | (random.Next(2) == 0 ? 31 : 0)));
            return new TimetableProblem
            {
                Slots = 5,
                Tables = 1 + random.Next(2),
                Companies =
                [
                    .. Enumerable.Range(0, companies).Select(_ => new TimetableCompany(Presence(), random.Next(3))),
                ],
                Guests = [.. Enumerable.Range(0, guests).Select(_ => new TimetableGuest(Presence()))],
                Pairs = pairs,
            };
        });

    [Test]
    public void Brute_force_finds_no_waits_below_their_bound()
    {
        s_boundsAboveZero = 0;
        Properties.Hold(Thin, WaitsAreBounded, 3_000);
        Properties.Hold(Tiny, WaitsAreBounded, 300);
        Properties.Hold(
            Tiny.SelectMany(problem => Gen.Choose(0, 1_000).Select(seed => Changed(problem, seed))),
            WaitsAreBounded,
            300
        );
        Assert.That(s_boundsAboveZero, Is.GreaterThan(20), "a bound of nothing proves nothing");
    }

    [Test]
    public void Where_most_are_there_for_a_few_slots_it_is_known_that_somebody_waits()
    {
        var bounds = Enumerable
            .Range(0, 8)
            .Select(seed => TimetableSolver.Solve(TimetableFamilies.Small[3].Make(seed), new(Improvement: 20_000)))
            .Select(timetable => timetable.Certificate.LongestWait.Bound)
            .ToList();
        Assert.That(bounds.Count(bound => bound > 0), Is.GreaterThanOrEqualTo(6));
        Assert.That(bounds.Average(), Is.GreaterThan(2));
    }

    /// <summary>Tiny ones, and two of the families that the bars are set for.</summary>
    static readonly Gen<(TimetableProblem Problem, int Seed)> Any = Gen.OneOf(
            Tiny,
            Gen.Choose(100, 10_000).Select(seed => TimetableFamilies.Small[3].Make(seed)),
            Gen.Choose(100, 10_000).Select(seed => TimetableFamilies.Small[0].Make(seed)),
            Gen.Choose(100, 10_000).Select(seed => TimetableFamilies.Small[2].Make(seed))
        )
        .SelectMany(problem => Gen.Choose(0, 1_000_000).Select(seed => (problem, seed)));

    static Levels Best(TimetableProblem problem)
    {
        var timetable = TimetableSolver.Solve(problem, new TimetableBudget(Improvement: 0));
        Assert.That(timetable.Certificate.Proved);
        return Levels.Of(timetable);
    }

    [Test]
    public void Renaming_participants_changes_nothing() =>
        Properties.Hold(
            Any,
            drawn =>
            {
                var (problem, random) = (drawn.Problem, new Random(drawn.Seed));
                var companies = Enumerable.Range(0, problem.Companies.Count).ToArray();
                var guests = Enumerable.Range(0, problem.Guests.Count).ToArray();
                random.Shuffle(companies);
                random.Shuffle(guests);
                var pairs = new PairTerms[companies.Length, guests.Length];
                for (var c = 0; c < companies.Length; c++)
                for (var g = 0; g < guests.Length; g++)
                    pairs[c, g] = problem.Pairs[companies[c], guests[g]];
                var renamed = problem with
                {
                    Companies = [.. companies.Select(company => problem.Companies[company])],
                    Guests = [.. guests.Select(guest => problem.Guests[guest])],
                    Pairs = pairs,
                };
                return Best(renamed) == Best(problem);
            },
            120
        );

    [Test]
    public void Permuting_slots_changes_nothing() =>
        Properties.Hold(
            Any,
            drawn =>
            {
                var (problem, order) = (drawn.Problem, Enumerable.Range(0, drawn.Problem.Slots).ToArray());
                new Random(drawn.Seed).Shuffle(order);
                SlotSet Permuted(SlotSet set) =>
                    order
                        .Select((to, from) => set.Contains(from) ? to : -1)
                        .Where(slot => slot >= 0)
                        .Aggregate(SlotSet.None, (all, slot) => all.With(slot));
                var permuted = problem with
                {
                    Companies =
                    [
                        .. problem.Companies.Select(company => company with { Present = Permuted(company.Present) }),
                    ],
                    Guests = [.. problem.Guests.Select(guest => new TimetableGuest(Permuted(guest.Present)))],
                };
                return Best(permuted) == Best(problem);
            },
            120
        );

    [Test]
    public void More_presence_never_makes_it_worse() =>
        Properties.Hold(
            Any,
            drawn =>
            {
                var (problem, random) = (drawn.Problem, new Random(drawn.Seed));
                var (guest, slot) = (random.Next(problem.Guests.Count), random.Next(problem.Slots));
                var company = random.Next(problem.Companies.Count);
                var longer = problem with
                {
                    Guests = [.. problem.Guests.Select((one, i) => i == guest ? new(one.Present.With(slot)) : one)],
                    Companies =
                    [
                        .. problem.Companies.Select(
                            (one, i) => i == company ? one with { Present = one.Present.With(slot) } : one
                        ),
                    ],
                };
                return Best(longer) >= Best(problem);
            },
            120
        );

    [Test]
    public void A_veto_never_makes_it_better() =>
        Properties.Hold(
            Any,
            drawn =>
            {
                var (problem, random) = (drawn.Problem, new Random(drawn.Seed));
                var pairs = (PairTerms[,])problem.Pairs.Clone();
                var (company, guest) = (random.Next(problem.Companies.Count), random.Next(problem.Guests.Count));
                pairs[company, guest] = new(pairs[company, guest].Weight, PairBar.Veto);
                return Best(problem with { Pairs = pairs }) <= Best(problem);
            },
            120
        );
}
