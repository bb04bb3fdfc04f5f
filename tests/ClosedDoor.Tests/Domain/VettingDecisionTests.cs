using ClosedDoor.Domain;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class VettingDecisionTests
{
    static readonly LocalDate Today = new(2026, 3, 2);

    [Test]
    public void An_approval_lasts_twelve_months_less_a_day() =>
        Assert.That(VettingValidity.Through(Today, null), Is.EqualTo(new LocalDate(2027, 3, 1)));

    [Test]
    public void An_approval_ends_with_the_first_certificate()
    {
        var soon = new LocalDate(2026, 9, 30);

        Assert.That(VettingValidity.Through(Today, soon), Is.EqualTo(soon));
        Assert.That(VettingValidity.Through(Today, soon.PlusYears(2)), Is.EqualTo(new LocalDate(2027, 3, 1)));
    }

    [TestCase(CreditRating.None, false, null)]
    [TestCase(CreditRating.General, false, "credit_blocked")]
    [TestCase(CreditRating.General, true, null)]
    [TestCase(CreditRating.Medium, false, "credit_blocked")]
    [TestCase(CreditRating.Medium, true, null)]
    [TestCase(CreditRating.Serious, true, "credit_blocked")]
    [TestCase(CreditRating.ExtremelySerious, true, "credit_blocked")]
    public void The_rating_decides_who_may_approve(CreditRating rating, bool senior, string? code) =>
        Assert.That(
            CreditRule.Check(new(Today, rating, false), required: false, senior, Today)?.Code,
            Is.EqualTo(code)
        );

    [Test]
    public void A_dishonest_debtor_is_never_approved() =>
        Assert.That(
            CreditRule.Check(new(Today, CreditRating.None, true), required: false, senior: true, Today)?.Code,
            Is.EqualTo("credit_blocked")
        );

    [TestCase(0, null)]
    [TestCase(30, null)]
    [TestCase(31, "credit_query_needed")]
    public void Where_a_query_is_needed_it_speaks_for_thirty_days(int daysAgo, string? code) =>
        Assert.That(
            CreditRule
                .Check(new(Today.PlusDays(-daysAgo), CreditRating.None, false), required: true, senior: true, Today)
                ?.Code,
            Is.EqualTo(code)
        );

    [Test]
    public void No_query_stands_in_the_way_only_where_one_is_needed()
    {
        Assert.That(CreditRule.Check(null, required: false, senior: false, Today), Is.Null);
        Assert.That(
            CreditRule.Check(null, required: true, senior: true, Today)?.Code,
            Is.EqualTo("credit_query_needed")
        );
    }

    [Test]
    public void Every_reason_has_one_code_and_words_in_both_languages()
    {
        Assert.That(VettingReason.AgainstIt.Select(reason => reason.Code), Is.Unique);
        foreach (var reason in VettingReason.AgainstIt)
        {
            Assert.That(VettingReason.Find(reason.Code), Is.EqualTo(reason));
            Assert.That(reason.Words.Zh, Is.Not.Empty);
            Assert.That(reason.Words.En, Is.Not.Empty);
        }
    }

    [TestCase("criteria_met")]
    [TestCase("nonsense")]
    [TestCase(null)]
    public void A_code_that_is_no_reason_against_it_is_refused(string? code)
    {
        var errors = new FieldErrors();

        Assert.That(VettingReason.Read(errors, code, "说明"), Is.Null);
        Assert.That(errors.Refusal!.Fields!.Keys, Is.EqualTo(["reasonCode"]));
        Assert.That(
            errors.Refusal.Fields["reasonCode"].Single().En,
            Is.EqualTo($"Must be one of: {string.Join(", ", VettingReason.AgainstIt.Select(reason => reason.Code))}.")
        );
    }

    [TestCase("other", null, false)]
    [TestCase("other", " ", false)]
    [TestCase("other", "企业自述与实地走访不符。", true)]
    [TestCase("safety_not_shown", null, true)]
    [TestCase("safety_not_shown", "缺少临床评价。", true)]
    public void Another_reason_must_be_put_into_words_and_a_listed_one_need_not(string code, string? note, bool fits)
    {
        var errors = new FieldErrors();

        Assert.That(VettingReason.Read(errors, code, note)?.Code, Is.EqualTo(code));
        Assert.That(errors.Refusal?.Fields?.Keys, fits ? Is.Null : Is.EqualTo(["note"]));
    }

    [TestCase("criteria_met", "criteria_met")]
    [TestCase("nonsense", null)]
    [TestCase(null, null)]
    public void A_reason_is_found_by_its_code_or_not_at_all(string? code, string? found) =>
        Assert.That(VettingReason.Find(code)?.Code, Is.EqualTo(found));

    [TestCase(CreditRating.None, false, false)]
    [TestCase(CreditRating.None, true, true)]
    [TestCase(CreditRating.General, false, false)]
    [TestCase(CreditRating.Medium, false, false)]
    [TestCase(CreditRating.Serious, false, true)]
    [TestCase(CreditRating.ExtremelySerious, false, true)]
    public void A_serious_record_and_a_dishonest_debtor_end_an_approval(
        CreditRating rating,
        bool debtor,
        bool forbids
    ) => Assert.That(new CreditRecord(Today, rating, debtor).Forbids, Is.EqualTo(forbids));
}
