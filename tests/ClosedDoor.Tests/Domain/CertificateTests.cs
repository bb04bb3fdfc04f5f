using ClosedDoor.Domain;
using FsCheck.Fluent;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain;

public sealed class CertificateTests
{
    const string Registration = "国械注准20223160393";
    const string Filing = "浙温械备20140027";

    static readonly LocalDate Today = new(2026, 3, 1);

    [Test]
    public void A_registration_in_force_is_accepted()
    {
        var certificate = Certificate.Check(Registration, Today.PlusYears(2), Today).Value;

        Assert.That(certificate.Number.Value, Is.EqualTo(Registration));
        Assert.That(certificate.ExpiresOn, Is.EqualTo(new LocalDate(2028, 3, 1)));
        Assert.That(certificate.RenewalDueOn, Is.EqualTo(new LocalDate(2027, 9, 1)));
    }

    [TestCase("国械注准20263160393", null)]
    [TestCase("国械注准20273160393", "certificate_malformed")]
    [TestCase("浙温械备20270027", "certificate_malformed")]
    public void A_number_of_a_year_to_come_is_refused(string number, string? code) =>
        Assert.That(Certificate.Check(number, Today.PlusYears(2), Today).Refusal?.Code, Is.EqualTo(code));

    [Test]
    public void The_last_day_still_counts()
    {
        Assert.That(Certificate.Check(Registration, Today, Today).Value.ExpiresOn, Is.EqualTo(Today));
        Assert.That(
            Certificate.Check(Registration, Today.PlusDays(-1), Today).Refusal?.Code,
            Is.EqualTo("certificate_expired")
        );
    }

    [Test]
    public void A_registration_cannot_outlast_five_years_from_today()
    {
        var latest = new LocalDate(2031, 3, 2);

        Assert.That(Certificate.Check(Registration, latest, Today).Value.ExpiresOn, Is.EqualTo(latest));
        Assert.That(
            Certificate.Check(Registration, latest.PlusDays(1), Today).Refusal?.Code,
            Is.EqualTo("certificate_expiry_too_late")
        );
    }

    [Test]
    public void A_registration_cannot_outlast_five_years_from_its_beginning()
    {
        var began = new LocalDate(2024, 5, 20);

        Assert.That(Certificate.Check(Registration, new LocalDate(2029, 5, 21), Today, began).Refusal, Is.Null);
        Assert.That(
            Certificate.Check(Registration, new LocalDate(2029, 5, 22), Today, began).Refusal?.Code,
            Is.EqualTo("certificate_expiry_too_late")
        );
    }

    [Test]
    public void A_renewal_granted_early_begins_when_the_old_registration_ends()
    {
        var begins = Today.PlusMonths(5);

        Assert.That(Certificate.Check(Registration, begins.PlusYears(5), Today, begins).Refusal, Is.Null);
        Assert.That(
            Certificate.Check(Registration, Today.PlusYears(8), Today, Today.PlusYears(3)).Refusal?.Code,
            Is.EqualTo("certificate_expiry_too_late")
        );
    }

    [Test]
    public void A_registration_without_its_expiry_is_refused() =>
        Assert.That(
            Certificate.Check(Registration, null, Today).Refusal?.Code,
            Is.EqualTo("certificate_expiry_missing")
        );

    [Test]
    public void A_filing_never_expires()
    {
        var certificate = Certificate.Check(Filing, Today.PlusYears(-3), Today).Value;

        Assert.That(certificate.ExpiresOn, Is.Null);
        Assert.That(certificate.RenewalDueOn, Is.Null);
    }

    [Test]
    public void What_is_wrong_with_the_number_is_said_first() =>
        Assert.That(
            Certificate.Check("浙械注准20203020594", null, Today).Refusal?.Code,
            Is.EqualTo("certificate_class_mismatch")
        );

    [Test]
    public void Every_accepted_registration_is_valid_today_and_ends_within_six_years() =>
        Properties.Hold(
            from expires in Gen.Choose(-4000, 4000)
            from issued in Gen.Choose(-4000, 4000)
            select (expires: Today.PlusDays(expires), issued: Today.PlusDays(issued)),
            day =>
                Certificate.Check(Registration, day.expires, Today, day.issued).Refused(out _)
                || Certificate.Check(Registration, day.expires, Today, day.issued).Value is var accepted
                    && accepted.ExpiresOn >= Today
                    && accepted.ExpiresOn <= day.issued.PlusYears(5).PlusDays(1)
                    && accepted.ExpiresOn <= Today.PlusYears(6).PlusDays(1)
        );
}
