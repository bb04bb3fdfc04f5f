using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

public sealed class TimetableCheckerTests
{
    static readonly TimetableProblem Problem = new()
    {
        Slots = 4,
        Tables = 2,
        Companies = [new(SlotSet.All(4), 1), new(SlotSet.All(4).From(1), 1)],
        Guests = [new(SlotSet.All(4)), new(SlotSet.All(3)), new(SlotSet.All(4))],
        Pairs = new PairTerms[,]
        {
            { new(1), new(2), new(3, PairBar.Veto) },
            { new(4), new(5), new(6) },
        },
    };

    static readonly Meeting Good = new(0, 0, 1, 0);

    static IEnumerable<TimetableRule> Broken(params Meeting[] meetings) =>
        TimetableChecker.Broken(Problem, meetings).Select(rule => rule.Rule);

    [Test]
    public void A_sound_timetable_breaks_nothing() => Assert.That(Broken(Good, new(1, 1, 1, 1)), Is.Empty);

    [TestCase(0, 0, 4, 0, TimetableRule.Exists)]
    [TestCase(2, 0, 0, 0, TimetableRule.Exists)]
    [TestCase(0, 3, 0, 0, TimetableRule.Exists)]
    [TestCase(-1, 0, 0, 0, TimetableRule.Exists)]
    [TestCase(0, 0, 0, 2, TimetableRule.Exists)]
    [TestCase(1, 0, 0, 0, TimetableRule.CompanyPresent)]
    [TestCase(0, 1, 3, 0, TimetableRule.GuestPresent)]
    [TestCase(0, 2, 0, 0, TimetableRule.NotBarred)]
    public void One_meeting_can_break_a_rule(int company, int guest, int slot, int table, TimetableRule rule) =>
        Assert.That(Broken(new Meeting(company, guest, slot, table)), Is.EqualTo(new[] { rule }));

    [TestCase(0, 0, 2, 0, TimetableRule.PairOnce)]
    [TestCase(0, 1, 1, 1, TimetableRule.CompanyOnceASlot)]
    [TestCase(1, 0, 1, 1, TimetableRule.GuestOnceASlot)]
    [TestCase(1, 1, 1, 0, TimetableRule.TableOnceASlot)]
    public void Two_meetings_can_break_a_rule(int company, int guest, int slot, int table, TimetableRule rule) =>
        Assert.That(
            TimetableChecker.Broken(Problem, [Good, new(company, guest, slot, table)]),
            Is.EqualTo(new[] { new BrokenRule(rule, new(company, guest, slot, table), Good) })
        );

    [Test]
    public void A_fixed_meeting_stays_and_needs_no_other_leave()
    {
        var held = new Meeting(0, 2, 0, 1);
        var fixedProblem = Problem with { Fixed = [held] };
        Assert.That(TimetableChecker.Broken(fixedProblem, [held]), Is.Empty);
        Assert.That(
            TimetableChecker.Broken(fixedProblem, [held with { Table = 0 }]).Select(rule => rule.Rule),
            Is.EqualTo(new[] { TimetableRule.FixedStays })
        );
    }

    [TestCase(0, 2, 1, 0, new[] { TimetableRule.NotBarred, TimetableRule.PairOnce }, Description = "Another slot.")]
    [TestCase(1, 0, 0, 0, new[] { TimetableRule.CompanyPresent }, Description = "Another pair in its slot.")]
    [TestCase(1, 2, 0, 0, new[] { TimetableRule.CompanyPresent, TimetableRule.GuestOnceASlot })]
    public void The_leave_of_a_fixed_meeting_is_its_own_alone(
        int company,
        int guest,
        int slot,
        int table,
        TimetableRule[] rules
    )
    {
        var held = new Meeting(0, 2, 0, 1);

        Assert.That(
            TimetableChecker
                .Broken(Problem with { Fixed = [held] }, [held, new(company, guest, slot, table)])
                .Select(rule => rule.Rule),
            Is.EqualTo(rules)
        );
    }

    [Test]
    public void False_claims_are_found()
    {
        var timetable = TimetableSolver.Solve(Problem, new TimetableBudget(Improvement: 1_000));
        var claims = timetable.Certificate;
        Assert.That(CertificateChecker.FalseClaims(Problem, timetable), Is.Empty);
        foreach (
            var lie in new[]
            {
                claims with
                {
                    Weight = new(claims.Weight.Value + 1, claims.Weight.Bound + 1),
                },
                claims with
                {
                    Weight = new(claims.Weight.Value, claims.Weight.Value - 1),
                },
                claims with
                {
                    Shortfall = new(1, 0),
                },
                claims with
                {
                    Spread = new(9, 9),
                },
                claims with
                {
                    FewestMeetings = new(9, 9),
                },
                claims with
                {
                    LongestWait = new(9, 0),
                },
                claims with
                {
                    TotalWait = new(99, 0),
                },
                claims with
                {
                    TableChanges = new(99, 0),
                },
                claims with
                {
                    Changes = new(1, 0),
                },
                claims with
                {
                    Jain = 0.1,
                },
                claims with
                {
                    Missing = [],
                },
                claims with
                {
                    MissedGuarantees = [new(0, 1, 0, 0, ShortfallReason.TooFewSlots)],
                },
            }
        )
            Assert.That(CertificateChecker.FalseClaims(Problem, timetable with { Certificate = lie }), Is.Not.Empty);
    }

    [Test]
    public void Lateness_and_leaving_early_cut_a_presence()
    {
        Assert.That(SlotSet.All(64).Count, Is.EqualTo(64));
        Assert.That(SlotSet.All(5).From(3), Is.EqualTo(SlotSet.None.With(3).With(4)));
        Assert.That(SlotSet.All(10).From(64), Is.EqualTo(SlotSet.None));
        Assert.That(SlotSet.None.With(5).Contains(5));
        Assert.That(SlotSet.All(5).From(2) & SlotSet.All(7).From(4), Is.EqualTo(SlotSet.None.With(4)));
    }
}
