using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>What a session sells, as far as the rules of reservation ask.</summary>
public sealed record Sale(
    string SessionId,
    SessionStatus Status,
    Admission Admission,
    LocalDate Day,
    Instant BeginsAt,
    Instant ClosesAt,
    Money Price
)
{
    /// <summary>What a company that cancels gets back, as <see cref="Domain.RefundPolicy.Parse"/> reads it.</summary>
    public string RefundPolicy { get; init; } = "none";
}

/// <summary>What a company's vetting allows.</summary>
/// <param name="ValidThrough">Last day of its approval; null when there is none.</param>
/// <param name="FirstCertificateExpiry">Earliest expiry among its certificates; null when none expires.</param>
public sealed record VettingStanding(LocalDate? ValidThrough, LocalDate? FirstCertificateExpiry);

/// <summary>Who may take a seat, and for how long.</summary>
public static class Admittance
{
    /// <summary>Null when the company may take a seat (or wait for one) in this session at this time.</summary>
    public static Refusal? Check(Sale sale, VettingStanding vetting, LocalDate today, Instant now) =>
        sale.Status != SessionStatus.Published || now >= sale.ClosesAt
            ? Refusals.SessionNotOnSale
            : CheckStanding(sale, vetting, today);

    /// <summary>
    /// As <see cref="Check"/>, for a seat that was asked for while the sale was on and is decided or paid for after it:
    /// the sale may be over, the day may not have begun.
    /// </summary>
    public static Refusal? CheckLate(Sale sale, VettingStanding vetting, LocalDate today, Instant now) =>
        sale.Status is not (SessionStatus.Published or SessionStatus.Closed) || now >= sale.BeginsAt
            ? Refusals.SessionNotOnSale
            : CheckStanding(sale, vetting, today);

    /// <summary>Null when the company's vetting lets it sit at this session.</summary>
    public static Refusal? CheckStanding(Sale sale, VettingStanding vetting, LocalDate today)
    {
        if (vetting.ValidThrough is not { } through || through < today)
            return Refusals.CompanyNotVetted;
        // Directors meet a company on the strength of its certificates: they must hold on the day itself.
        if (vetting.FirstCertificateExpiry < sale.Day)
            return Refusals.CertificateExpiresBeforeSession;
        return null;
    }
}
