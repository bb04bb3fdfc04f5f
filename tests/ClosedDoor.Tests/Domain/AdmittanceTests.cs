using ClosedDoor.Domain;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public class AdmittanceTests
{
    static readonly LocalDate Today = new(2026, 3, 2);
    static readonly LocalDate Day = new(2026, 3, 30);
    static readonly Instant Now = Instant.FromUtc(2026, 3, 2, 1, 0);
    static readonly Instant Begins = Instant.FromUtc(2026, 3, 30, 1, 0);
    static readonly Sale OnSale = new(
        "ses_1",
        SessionStatus.Published,
        Admission.Open,
        Day,
        Begins,
        Begins,
        Money.Cny(1)
    );
    static readonly VettingStanding Vetted = new(Today.PlusYears(1), null);

    [Test]
    public void A_vetted_company_may_take_a_seat() =>
        Assert.That(Admittance.Check(OnSale, Vetted, Today, Now), Is.Null);

    [Test]
    public void A_sale_that_names_no_refund_policy_gives_nothing_back() =>
        Assert.That(RefundPolicy.Parse(OnSale.RefundPolicy).Value, Is.EqualTo(new RefundPolicy([])));

    [TestCase(SessionStatus.Draft)]
    [TestCase(SessionStatus.Closed)]
    [TestCase(SessionStatus.Completed)]
    [TestCase(SessionStatus.Cancelled)]
    public void Only_a_published_session_is_on_sale(SessionStatus status) =>
        Assert.That(
            Admittance.Check(OnSale with { Status = status }, Vetted, Today, Now),
            Is.EqualTo(Refusals.SessionNotOnSale)
        );

    [Test]
    public void The_sale_ends_at_its_closing_instant()
    {
        Assert.That(Admittance.Check(OnSale, Vetted, Today, Begins - Duration.FromMilliseconds(1)), Is.Null);
        Assert.That(Admittance.Check(OnSale, Vetted, Today, Begins), Is.EqualTo(Refusals.SessionNotOnSale));
    }

    [Test]
    public void An_approval_holds_through_its_last_day()
    {
        Assert.That(Admittance.Check(OnSale, Vetted with { ValidThrough = Today }, Today, Now), Is.Null);
        Assert.That(
            Admittance.Check(OnSale, Vetted with { ValidThrough = Today.PlusDays(-1) }, Today, Now),
            Is.EqualTo(Refusals.CompanyNotVetted)
        );
        Assert.That(
            Admittance.Check(OnSale, new VettingStanding(null, null), Today, Now),
            Is.EqualTo(Refusals.CompanyNotVetted)
        );
    }

    [Test]
    public void Certificates_must_hold_on_the_session_day()
    {
        Assert.That(Admittance.Check(OnSale, Vetted with { FirstCertificateExpiry = Day }, Today, Now), Is.Null);
        Assert.That(
            Admittance.Check(OnSale, Vetted with { FirstCertificateExpiry = Day.PlusDays(-1) }, Today, Now),
            Is.EqualTo(Refusals.CertificateExpiresBeforeSession)
        );
    }

    [TestCase(SessionStatus.Draft, false)]
    [TestCase(SessionStatus.Published, true)]
    [TestCase(SessionStatus.Closed, true)]
    [TestCase(SessionStatus.Completed, false)]
    [TestCase(SessionStatus.Cancelled, false)]
    public void A_seat_asked_for_in_time_may_be_decided_after_the_sale_until_the_day_begins(
        SessionStatus status,
        bool may
    )
    {
        var sale = OnSale with { Status = status, ClosesAt = Now };
        Refusal? At(Instant now, VettingStanding vetting) => Admittance.CheckLate(sale, vetting, Today, now);

        Assert.That(
            At(Begins - Duration.FromMilliseconds(1), Vetted),
            may ? Is.Null : Is.EqualTo(Refusals.SessionNotOnSale)
        );
        Assert.That(At(Begins, Vetted), Is.EqualTo(Refusals.SessionNotOnSale));
        Assert.That(
            At(Now, new VettingStanding(null, null)),
            Is.EqualTo(may ? Refusals.CompanyNotVetted : Refusals.SessionNotOnSale)
        );
    }
}
