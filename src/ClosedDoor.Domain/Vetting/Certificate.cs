using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>
/// A device's certificate: its number, and for a registration the last day it is valid. A filing does not expire, so
/// its <see cref="ExpiresOn"/> is null.
/// </summary>
public sealed record Certificate(CertificateNumber Number, LocalDate? ExpiresOn)
{
    /// <summary>A registration was given without the day it expires.</summary>
    public static readonly Refusal ExpiryMissing = new("certificate_expiry_missing");

    /// <summary>The registration's last day has passed.</summary>
    public static readonly Refusal Expired = new("certificate_expired");

    /// <summary>The day of expiry is later than a registration can last.</summary>
    public static readonly Refusal ExpiryTooLate = new("certificate_expiry_too_late");

    /// <summary>
    /// 医疗器械监督管理条例 §22: a registration is valid for five years, and its renewal is applied for six months before
    /// it ends.
    /// </summary>
    const int ValidYears = 5;
    const int RenewalMonths = 6;

    // A renewal granted early begins when the old registration ends, so it may begin after today; but not long after.
    const int EarlyRenewalYears = 1;

    // '2022-03-01 to 2027-02-28' and '… to 2027-03-01' are both in use.
    const int ToleranceDays = 1;

    /// <summary>By when the renewal must have been applied for; null for a filing.</summary>
    public LocalDate? RenewalDueOn => ExpiresOn?.PlusMonths(-RenewalMonths);

    /// <summary>Checks a certificate as a company enters it. The expiry entered for a filing is dropped: it has none.</summary>
    /// <param name="issuedOn">
    /// The day its validity begins 生效日期. Where it is not known, today stands in: no certificate in force lasts
    /// longer than five years from today.
    /// </param>
    public static Outcome<Certificate> Check(
        string? number,
        LocalDate? expiresOn,
        LocalDate today,
        LocalDate? issuedOn = null
    ) =>
        CertificateNumber
            .Parse(number)
            .Then<Certificate>(read =>
            {
                if (read.Year > today.Year)
                    return CertificateNumber.Malformed.Because(
                        $"证号中的年份{read.Year}晚于今年。",
                        $"The number's year, {read.Year}, is still to come."
                    );
                if (read.Kind is CertificateKind.Filing)
                    return new Certificate(read, null);
                if (expiresOn is not { } last)
                    return ExpiryMissing.Because(
                        "请填写注册证有效期至。",
                        "A registration needs the day on which it expires."
                    );
                if (last < today)
                    return Expired.Because(
                        $"注册证已于{last:uuuu-MM-dd}到期。",
                        $"The registration expired on {last:uuuu-MM-dd}."
                    );

                var begins = LocalDate.Min(issuedOn ?? today, today.PlusYears(EarlyRenewalYears));
                var latest = begins.PlusYears(ValidYears).PlusDays(ToleranceDays);
                return last <= latest
                    ? new Certificate(read, last)
                    : ExpiryTooLate.Because(
                        $"注册证有效期为{ValidYears}年，有效期至不应晚于{latest:uuuu-MM-dd}。",
                        $"A registration is valid for {ValidYears} years: it cannot expire after {latest:uuuu-MM-dd}."
                    );
            });
}
