using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>A reviewer's judgement of the four parts, each from 0 (nothing shown) to 100.</summary>
public sealed record Scorecard(int Technology, int ExpertBacking, int CompanyStrength, int CooperationModel)
{
    public const int Lowest = 0;
    public const int Highest = 100;
}

/// <summary>How long an approval holds.</summary>
public static class VettingValidity
{
    const int Months = 12;

    /// <summary>
    /// Its last day: twelve months less a day from the day of approval, or the day on which the first certificate
    /// expires, whichever comes first.
    /// </summary>
    public static LocalDate Through(LocalDate approvedOn, LocalDate? firstCertificateExpiry)
    {
        var through = approvedOn.PlusMonths(Months).PlusDays(-1);
        return firstCertificateExpiry is { } expiry ? LocalDate.Min(through, expiry) : through;
    }
}
