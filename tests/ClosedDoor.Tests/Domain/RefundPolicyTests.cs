using ClosedDoor.Domain;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class RefundPolicyTests
{
    static readonly RefundPolicy Usual = RefundPolicy.Parse("10:100,3:50").Value;

    // 2026-03-31 is a Tuesday; no holiday lies in March.
    [TestCase(3, 2, 100, 21)]
    [TestCase(3, 17, 100, 10)]
    [TestCase(3, 18, 50, 9)]
    [TestCase(3, 26, 50, 3)]
    [TestCase(3, 27, 0, 2)]
    [TestCase(3, 31, 0, 0)]
    [TestCase(4, 1, 0, 0)]
    public void Tiers_go_by_working_days_before_the_day(int month, int day, int percent, int days)
    {
        var terms = Usual.On(new LocalDate(2026, month, day), new LocalDate(2026, 3, 31));

        Assert.That(terms, Is.EqualTo(new RefundTerms(percent, 0, days, false)));
    }

    [Test]
    public void The_national_day_week_counts_for_nothing() =>
        Assert.That(
            Usual.On(new LocalDate(2026, 9, 28), new LocalDate(2026, 10, 12)),
            Is.EqualTo(new RefundTerms(50, 0, 6, false)) // 29 and 30 September; 8, 9, 10 (a Saturday that is worked) and 12 October.
        );

    [Test]
    public void A_year_without_a_calendar_counts_calendar_days_and_says_so()
    {
        var terms = Usual.On(new LocalDate(2026, 12, 30), new LocalDate(2027, 1, 9));

        Assert.That(terms, Is.EqualTo(new RefundTerms(100, 0, 10, true)));
    }

    [TestCase("10:100,3:50")]
    [TestCase("0:100")]
    [TestCase("none")]
    [TestCase("none-5")]
    [TestCase("20:90,10:50,1:10-20000")]
    [TestCase("365:1", Description = "The most days, the least percent.")]
    [TestCase("10:100-99999999", Description = "The highest fee.")]
    [TestCase("10:100,9:90,8:80,7:70,6:60,5:50,4:40,3:30,2:20,1:10", Description = "Ten tiers.")]
    public void A_policy_reads_as_it_was_written(string text) =>
        Assert.That(RefundPolicy.Parse(text).Value.ToString(), Is.EqualTo(text));

    [Test]
    public void Policies_of_the_same_tiers_and_fee_are_the_same()
    {
        Assert.That(Usual.Equals(RefundPolicy.Parse("10:100,3:50").Value), Is.True);
        Assert.That(Usual.Equals(RefundPolicy.Parse("10:100,3:40").Value), Is.False);
        Assert.That(Usual.Equals(RefundPolicy.Parse("10:100,3:50-1").Value), Is.False);
        Assert.That(Usual.Equals(null), Is.False);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("10")]
    [TestCase("10:101")]
    [TestCase("10:0")]
    [TestCase("10:-1")]
    [TestCase("366:50")]
    [TestCase("3:50,10:100")]
    [TestCase("10:50,3:50")]
    [TestCase("10:50,3:60")]
    [TestCase("10:100,10:50")]
    [TestCase("10:100-100000000")]
    [TestCase("10:100-1-2")]
    [TestCase("9:90,8:80,7:70,6:60,5:50,4:40,3:30,2:20,1:10,0:9,0:8")]
    public void What_nobody_could_go_by_is_refused(string? text) =>
        Assert.That(RefundPolicy.Parse(text).Refused(out _), text);

    [Test]
    public void A_fee_never_makes_a_refund_negative_nor_larger_than_what_was_paid() =>
        Properties.Hold(
            from paid in Gen.Choose(0, 100_000_000)
            from percent in Gen.Choose(0, 100)
            from fee in Gen.Choose(0, 100_000_000)
            select (paid, percent, fee),
            of => new RefundTerms(of.percent, of.fee, 1, false).Of(of.paid) is var back && back >= 0 && back <= of.paid
        );

    [TestCase(3_880_000, 50, 0, 1_940_000)]
    [TestCase(101, 50, 0, 51)]
    [TestCase(100, 100, 30, 70)]
    [TestCase(100, 10, 30, 0)]
    public void A_part_of_a_fen_goes_to_the_company(long paid, int percent, long fee, long back) =>
        Assert.That(new RefundTerms(percent, fee, 0, false).Of(paid), Is.EqualTo(back));

    [Test]
    public void An_amount_that_does_not_fit_is_a_bug_and_never_a_small_one()
    {
        Assert.That(() => RefundTerms.Full.Of(long.MaxValue), Throws.InstanceOf<OverflowException>());
        Assert.That(() => RefundRules.NeedsApproval(long.MaxValue, 1, 50), Throws.InstanceOf<OverflowException>());
    }

    [TestCase(40, 0, 50, false)]
    [TestCase(50, 0, 50, false)]
    [TestCase(51, 0, 50, true)]
    [TestCase(30, 30, 50, true)]
    [TestCase(1, 0, 0, true)]
    public void A_second_person_is_needed_by_what_goes_back_in_all(long amount, long before, long limit, bool needed) =>
        Assert.That(RefundRules.NeedsApproval(amount, before, limit), Is.EqualTo(needed));
}
