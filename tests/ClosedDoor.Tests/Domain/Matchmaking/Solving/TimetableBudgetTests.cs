using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

/// <summary>How a search ends, what it tells on the way, and that its steps are the same everywhere.</summary>
public sealed class TimetableBudgetTests
{
    static readonly TimetableBudget Quick = new(Improvement: 20_000);

    [Test]
    public void The_same_problem_budget_and_seed_give_the_same_timetable([Range(0, 3)] int family)
    {
        var problem = TimetableFamilies.Small[family].Make(3);
        var (one, other) = (TimetableSolver.Solve(problem, Quick), TimetableSolver.Solve(problem, Quick));
        Assert.That(other.Meetings, Is.EqualTo(one.Meetings));
        Assert.That(other.Certificate.Steps, Is.EqualTo(one.Certificate.Steps));
    }

    [Test]
    public void Too_few_steps_give_the_best_so_far_with_its_gap()
    {
        var problem = TimetableFamilies.Small[3].Make(1);
        var timetable = TimetableSolver.Solve(problem, new TimetableBudget(Proof: 1, Improvement: 0));
        AssertSound(problem, timetable, SearchEnd.StepsUsedUp);
        var best = TimetableSolver.Solve(problem, Quick).Certificate;
        Assert.That(timetable.Certificate.Shortfall.Bound, Is.LessThanOrEqualTo(best.Shortfall.Value));
        if (timetable.Certificate.Shortfall.Value == best.Shortfall.Value)
            Assert.That(timetable.Certificate.Weight.Bound, Is.GreaterThanOrEqualTo(best.Weight.Value));
    }

    [Test]
    public void The_wall_clock_is_the_last_stop_and_is_named()
    {
        var problem = TimetableFamilies.Small[3].Make(2);
        AssertSound(problem, TimetableSolver.Solve(problem, Quick, timeIsUp: () => true), SearchEnd.Deadline);
    }

    [Test]
    public void Stopped_anywhere_it_claims_no_bound_that_the_whole_search_beats()
    {
        foreach (var seed in Enumerable.Range(0, 8))
        foreach (var (_, make) in TimetableFamilies.Small)
        {
            var problem = make(seed);
            var best = TimetableSolver.Solve(problem, Quick).Certificate;
            Assert.That(best.Proved, Is.True);
            for (var stop = 0; stop < 12; stop++)
            {
                var asked = 0;
                var timetable = TimetableSolver.Solve(problem, Quick, timeIsUp: () => asked++ >= stop);
                var claims = timetable.Certificate;
                Assert.That(TimetableChecker.Broken(problem, timetable.Meetings), Is.Empty);
                Assert.That(CertificateChecker.FalseClaims(problem, timetable), Is.Empty);
                Assert.That(claims.Shortfall.Bound, Is.LessThanOrEqualTo(best.Shortfall.Value));
                if (claims.Shortfall.Value != best.Shortfall.Value)
                    continue;
                Assert.That(claims.Weight.Bound, Is.GreaterThanOrEqualTo(best.Weight.Value));
                if (claims.Weight.Value != best.Weight.Value)
                    continue;
                Assert.That(claims.FewestMeetings.Bound, Is.GreaterThanOrEqualTo(best.FewestMeetings.Value));
                if (claims.FewestMeetings.Value == best.FewestMeetings.Value)
                    Assert.That(claims.Spread.Bound, Is.LessThanOrEqualTo(best.Spread.Value));
            }
        }
    }

    [Test]
    public void A_day_of_hundreds_ends_soon_after_it_is_stopped_with_a_timetable()
    {
        var random = new Random(1);
        var pairs = new PairTerms[300, 300];
        for (var c = 0; c < 300; c++)
        for (var g = 0; g < 300; g++)
            pairs[c, g] = new(random.Next(TimetableProblem.MostWeight));
        SlotSet Half() => new((ulong)random.NextInt64());
        var problem = new TimetableProblem
        {
            Slots = SlotSet.Most,
            Tables = 50,
            Companies = [.. Enumerable.Range(0, 300).Select(_ => new TimetableCompany(Half(), 50))],
            Guests = [.. Enumerable.Range(0, 300).Select(_ => new TimetableGuest(Half()))],
            Pairs = pairs,
        };

        var timetable = TimetableSolver.Solve(problem, timeIsUp: () => true);

        Assert.That(timetable.Certificate.End, Is.EqualTo(SearchEnd.Deadline));
        Assert.That(timetable.Meetings, Has.Count.GreaterThan(2_000), "as many as find a slot at once");
        Assert.That(TimetableChecker.Broken(problem, timetable.Meetings), Is.Empty);
        // Unstopped, the choices of pairs alone take a hundred times as many.
        Assert.That(timetable.Certificate.Steps, Is.LessThan(1_000_000));
    }

    [Test]
    public void A_cancelled_search_answers_what_it_has()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var problem = TimetableFamilies.Small[3].Make(2);
        AssertSound(problem, TimetableSolver.Solve(problem, Quick, cancellation: cancelled.Token), SearchEnd.Cancelled);
    }

    static void AssertSound(TimetableProblem problem, Timetable timetable, SearchEnd end)
    {
        var claims = timetable.Certificate;
        Assert.That(TimetableChecker.Broken(problem, timetable.Meetings), Is.Empty);
        Assert.That(CertificateChecker.FalseClaims(problem, timetable), Is.Empty);
        Assert.That(claims.End, Is.EqualTo(end));
        Assert.That(claims.Proved, Is.False);
        Assert.That(timetable.Meetings, Is.Not.Empty);
        Assert.That(claims.Gap, Is.InRange(0, 1));
    }

    [Test]
    public void Progress_is_told_from_the_first_timetable_to_the_last()
    {
        var told = new List<SearchProgress>();
        TimetableSolver.Solve(TimetableFamilies.Small[3].Make(4), Quick, progress: told.Add);
        Assert.That(told[0].Stage, Is.EqualTo(SearchStage.Found));
        Assert.That(told[^1].Stage, Is.EqualTo(SearchStage.Finished));
        Assert.That(told.Select(report => report.Stage), Does.Contain(SearchStage.Settled));
        Assert.That(told.Select(report => report.Steps), Is.Ordered);
        Assert.That(told[^1].Proved);
        Assert.That(told[^1].Gap, Is.Zero);
    }

    [Test]
    public void More_improvement_never_waits_longer_and_leaves_levels_1_to_3_alone()
    {
        var problem = TimetableFamilies.Small[2].Make(5);
        var (little, much) = (
            TimetableSolver.Solve(problem, new TimetableBudget(Improvement: 0)),
            TimetableSolver.Solve(problem, new TimetableBudget(Improvement: 300_000))
        );
        Assert.That(Levels.Of(much), Is.EqualTo(Levels.Of(little)));
        Assert.That(
            (much.Certificate.LongestWait.Value, much.Certificate.TotalWait.Value),
            Is.LessThan((little.Certificate.LongestWait.Value, little.Certificate.TotalWait.Value))
        );
        Assert.That(CertificateChecker.FalseClaims(problem, much), Is.Empty);
    }
}
