using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

public sealed class TimetableSolverTests
{
    static readonly TimetableBudget Quick = new(Improvement: 20_000);

    /// <summary>Everybody there all the time, ten points for every pair.</summary>
    static TimetableProblem Plain(int companies, int guests, int slots, int tables, int guarantee = 0)
    {
        var pairs = new PairTerms[companies, guests];
        for (var c = 0; c < companies; c++)
        for (var g = 0; g < guests; g++)
            pairs[c, g] = new(10);
        return new TimetableProblem
        {
            Slots = slots,
            Tables = tables,
            Companies = [.. Enumerable.Repeat(new TimetableCompany(SlotSet.All(slots), guarantee), companies)],
            Guests = [.. Enumerable.Repeat(new TimetableGuest(SlotSet.All(slots)), guests)],
            Pairs = pairs,
        };
    }

    static TimetableProblem With(TimetableProblem problem, int company, int guest, PairTerms terms)
    {
        var pairs = (PairTerms[,])problem.Pairs.Clone();
        pairs[company, guest] = terms;
        return problem with { Pairs = pairs };
    }

    static TimetableProblem WithGuest(TimetableProblem problem, int guest, SlotSet present) =>
        problem with
        {
            Guests = [.. problem.Guests.Select((one, i) => i == guest ? new TimetableGuest(present) : one)],
        };

    static Timetable Solved(TimetableProblem problem)
    {
        var timetable = TimetableSolver.Solve(problem, Quick);
        Assert.That(TimetableChecker.Broken(problem, timetable.Meetings), Is.Empty);
        Assert.That(CertificateChecker.FalseClaims(problem, timetable), Is.Empty);
        return timetable;
    }

    [Test]
    public void With_room_for_all_everybody_meets_everybody_and_nobody_changes_tables()
    {
        var timetable = Solved(Plain(8, 8, 10, 8, guarantee: 5));
        var claims = timetable.Certificate;
        Assert.That(timetable.Meetings, Has.Count.EqualTo(64));
        Assert.That(claims.Proved);
        Assert.That(claims.Gap, Is.Zero);
        Assert.That(claims.FewestMeetings.Value, Is.EqualTo(8));
        Assert.That(claims.Spread.Value, Is.Zero);
        Assert.That(claims.Jain, Is.EqualTo(1));
        Assert.That(claims.Missing, Is.Empty);
        Assert.That(claims.TableChanges, Is.EqualTo(new LevelProof(0, 0)));
    }

    [Test]
    public void A_guarantee_goes_before_points()
    {
        // One slot at one table: the first pair is heavier, the second company was promised a meeting.
        var problem = With(Plain(2, 1, 1, 1), 0, 0, new(100));
        problem = problem with { Companies = [problem.Companies[0], new(SlotSet.All(1), 1)] };
        Assert.That(Solved(problem).Meetings, Is.EqualTo(new[] { new Meeting(1, 0, 0, 0) }));
    }

    [Test]
    public void Among_equal_points_the_worst_off_company_comes_first()
    {
        var claims = Solved(Plain(3, 6, 6, 1)).Certificate;
        Assert.That((claims.FewestMeetings.Value, claims.Spread.Value), Is.EqualTo((2, 0)));
        Assert.That(claims.FewestMeetings.Proved && claims.Spread.Proved);
    }

    [Test]
    public void Every_missing_pair_has_its_reason()
    {
        var problem = With(Plain(2, 6, 3, 2), 0, 0, new(50, PairBar.Veto));
        problem = With(problem, 0, 1, new(50, PairBar.Conflict));
        problem = With(problem, 0, 2, new(50, PairBar.OptedOut));
        problem = WithGuest(problem, 3, SlotSet.None);
        var missing = Solved(problem)
            .Certificate.Missing.ToDictionary(pair => (pair.Company, pair.Guest), pair => pair.Reason);
        Assert.That(missing[(0, 0)], Is.EqualTo(MissingReason.Veto));
        Assert.That(missing[(0, 1)], Is.EqualTo(MissingReason.Conflict));
        Assert.That(missing[(0, 2)], Is.EqualTo(MissingReason.OptedOut));
        Assert.That(missing[(0, 3)], Is.EqualTo(MissingReason.NeverThereTogether));
        Assert.That(
            missing.Where(pair => pair.Key.Item1 == 1 && pair.Key.Item2 != 3).Select(pair => pair.Value),
            Is.All.EqualTo(MissingReason.CompanyBusy)
        );
        Assert.That(
            Solved(Plain(2, 2, 2, 1)).Certificate.Missing.Select(pair => pair.Reason),
            Is.All.Not.EqualTo(MissingReason.NoGain)
        );
    }

    [Test]
    public void Tables_are_named_when_they_are_what_is_short()
    {
        var missing = Solved(Plain(2, 2, 1, 1)).Certificate.Missing;
        Assert.That(missing.Select(pair => pair.Reason), Does.Contain(MissingReason.TablesTaken));
    }

    [Test]
    public void A_missed_guarantee_says_why()
    {
        Assert.That(Why(Plain(1, 2, 5, 1, guarantee: 3)), Is.EqualTo(ShortfallReason.TooFewGuests));
        Assert.That(Why(Plain(1, 5, 2, 1, guarantee: 3)), Is.EqualTo(ShortfallReason.TooFewSlots));
        var crowded = Plain(1, 3, 5, 1, guarantee: 3);
        for (var guest = 0; guest < 3; guest++)
            crowded = WithGuest(crowded, guest, SlotSet.All(2));
        Assert.That(Why(crowded), Is.EqualTo(ShortfallReason.TooFewCommonSlots));
        Assert.That(Why(Plain(2, 2, 2, 1, guarantee: 2)), Is.EqualTo(ShortfallReason.OthersArePromisedToo));

        static ShortfallReason Why(TimetableProblem problem)
        {
            var claims = Solved(problem).Certificate;
            Assert.That(claims.Shortfall.Proved);
            Assert.That(claims.MissedGuarantees, Is.Not.Empty);
            return claims.MissedGuarantees[0].Reason;
        }
    }

    [Test]
    public void A_fixed_meeting_stays_though_the_guest_has_left_since()
    {
        var held = new Meeting(0, 0, 1, 2);
        var problem = WithGuest(Plain(4, 4, 4, 4), 0, SlotSet.None) with { Fixed = [held] };
        Assert.That(Solved(problem).Meetings, Does.Contain(held));
    }

    [Test]
    public void After_a_guest_leaves_the_other_meetings_stay()
    {
        var problem = Plain(6, 6, 8, 6);
        var published = Solved(problem).Meetings;
        var again = Solved(WithGuest(problem, 2, SlotSet.None) with { Published = published });
        Assert.That(again.Meetings, Is.EqualTo(published.Where(meeting => meeting.Guest != 2)));
        Assert.That(again.Certificate.Changes, Is.EqualTo(new LevelProof(6, 6)));
    }

    [Test]
    public void A_late_guest_keeps_all_meetings_where_there_is_room_and_few_others_move()
    {
        var problem = Plain(6, 6, 10, 6);
        var published = Solved(problem).Meetings;
        var now = WithGuest(problem, 1, SlotSet.All(10).From(2));
        var missed = published.Count(meeting => meeting.Guest == 1 && meeting.Slot < 2);
        var again = Solved(now with { Published = published });
        Assert.That(again.Meetings, Has.Count.EqualTo(36));
        Assert.That(again.Certificate.Changes.Proved);
        Assert.That(again.Certificate.Changes.Value, Is.GreaterThanOrEqualTo(missed).And.LessThanOrEqualTo(2 * missed));
    }

    [Test]
    public void Nothing_changes_when_nothing_has_changed()
    {
        var problem = TimetableFamilies.Small[3].Make(7);
        var published = Solved(problem).Meetings;
        var again = Solved(problem with { Published = published });
        Assert.That(again.Meetings, Is.EqualTo(published));
    }

    [Test]
    public void A_timetable_edited_by_hand_is_held_against_the_same_bounds([Range(0, 3)] int family)
    {
        var problem = TimetableFamilies.Small[family].Make(11);
        var solved = Solved(problem);
        var unedited = TimetableSolver.Judge(problem, solved.Meetings, Quick);
        Assert.That(unedited.Proved);
        Assert.That(Levels.Of(solved with { Certificate = unedited }), Is.EqualTo(Levels.Of(solved)));

        var edited = new Timetable([.. solved.Meetings.Skip(1)], solved.Certificate);
        edited = edited with { Certificate = TimetableSolver.Judge(problem, edited.Meetings, Quick) };
        Assert.That(CertificateChecker.FalseClaims(problem, edited), Is.Empty);
        Assert.That(edited.Certificate.Proved, Is.False);
        Assert.That(
            () => TimetableSolver.Judge(problem, [.. solved.Meetings, solved.Meetings[0]], Quick),
            Throws.ArgumentException
        );
    }

    [Test]
    public void Nobody_nowhere_is_an_empty_timetable()
    {
        foreach (
            var problem in new[]
            {
                Plain(0, 0, 0, 0),
                Plain(2, 0, 3, 1),
                Plain(0, 2, 3, 1),
                Plain(2, 2, 0, 1),
                Plain(2, 2, 2, 0, 1),
            }
        )
        {
            var timetable = Solved(problem);
            Assert.That(timetable.Meetings, Is.Empty);
            Assert.That(timetable.Certificate.Proved);
        }
    }

    [Test]
    public void A_large_day_ends_near_its_bound()
    {
        var problem = TimetableFamilies.Large[0].Make(1);
        var claims = Solved(problem).Certificate;
        Assert.That(claims.Gap, Is.LessThanOrEqualTo(0.01));
    }

    [Test]
    public void A_meaningless_problem_is_a_bug_of_the_caller()
    {
        var problem = Plain(2, 2, 3, 1);
        Assert.That(problem.Flaw(), Is.Null);
        foreach (
            var flawed in new[]
            {
                problem with
                {
                    Slots = 65,
                },
                problem with
                {
                    Tables = -1,
                },
                problem with
                {
                    Companies = [],
                },
                problem with
                {
                    Fixed = [new(0, 0, 3, 0)],
                },
                problem with
                {
                    Fixed = [new(0, 0, 1, 0), new(0, 1, 1, 0)],
                },
                With(problem, 0, 0, new(-1)),
            }
        )
        {
            Assert.That(flawed.Flaw(), Is.Not.Null);
            Assert.That(() => TimetableSolver.Solve(flawed), Throws.ArgumentException);
        }
    }
}
