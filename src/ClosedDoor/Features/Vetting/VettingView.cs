using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// A vetting. Its company sees what it sent, what it was asked and how it was decided; scores, reviewers and the credit
/// query are the organizers' own, and null to it.
/// </summary>
/// <param name="Message">What the reviewer last asked for.</param>
/// <param name="ValidThrough">Last day of the approval; null before one.</param>
/// <param name="FirstCertificateExpiry">Earliest expiry among the certificates: no seat of a later session.</param>
public sealed record VettingView(
    string Id,
    string CompanyId,
    VettingStatus Status,
    string? Technology,
    string? ExpertBacking,
    string? CompanyStrength,
    string? CooperationModel,
    IReadOnlyList<CertificateView> Certificates,
    IReadOnlyList<ExpertLink> ExpertLinks,
    IReadOnlyList<Claim> Claims,
    IReadOnlyList<string> CoreQuestions,
    string? Safety,
    string? Distinction,
    string? DeviceClass,
    IReadOnlyList<EvidenceView> Evidence,
    string? Message,
    SignOffsView SignOffs,
    Scorecard? Scores,
    CreditQueryView? CreditQuery,
    DecisionView? Decision,
    LocalDate? ValidThrough,
    LocalDate? FirstCertificateExpiry,
    Instant CreatedAt,
    Instant? SubmittedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Status.Word()}.{SignOffs.Needed}";

    internal static async Task<VettingView> Of(Statements db, VettingRow row, Caller caller, Settings settings)
    {
        var evidence = await EvidenceRow.Of(db, row.Id);
        var credit = caller.IsStaff ? await CreditQueryTable.Latest(db, row.CompanyId) : null;
        var application = row.ReadApplication();
        var status = row.StateOn(Zones.Today(caller.Now));
        return new(
            row.Id,
            row.CompanyId,
            status,
            Given(application.Technology),
            Given(application.ExpertBacking),
            Given(application.CompanyStrength),
            Given(application.CooperationModel),
            [.. (application.Certificates ?? []).Select(CertificateView.Of)],
            application.ExpertLinks ?? [],
            application.Claims ?? [],
            application.CoreQuestions ?? [],
            Given(application.Safety),
            Given(application.Distinction),
            Given(application.DeviceClass),
            [.. evidence.Select(file => file.ToView())],
            row.Message,
            SignOffsView.Of(row, settings),
            caller.IsStaff ? row.ReadScores() : null,
            credit?.ToView(),
            DecisionView.Of(row, status, caller),
            row.ValidThrough,
            row.FirstCertificateExpiry ?? application.FirstCertificateExpiry,
            row.CreatedAt,
            row.SubmittedAt,
            row.Version
        );

        static string? Given(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }
}

/// <param name="Class">Risk class, 1 to 3, as the number says.</param>
/// <param name="RenewalDueOn">By when its renewal must have been applied for; null for a filing.</param>
public sealed record CertificateView(
    string Number,
    CertificateKind Kind,
    int Class,
    LocalDate? ExpiresOn,
    LocalDate? IssuedOn,
    LocalDate? RenewalDueOn
)
{
    internal static CertificateView Of(ApplicantCertificate entered)
    {
        var number = CertificateNumber.Parse(entered.Number).Value;
        return new(
            number.Value,
            number.Kind,
            number.Class,
            entered.ExpiresOn,
            entered.IssuedOn,
            new Certificate(number, entered.ExpiresOn).RenewalDueOn
        );
    }
}

/// <param name="MediaType">As its first bytes say.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Supports">What it supports, in the company's words; <c>claims[0]</c> backs that claim.</param>
public sealed record EvidenceView(
    string Id,
    string FileName,
    string MediaType,
    long Size,
    string Sha256,
    string? Supports,
    Instant CreatedAt
) : ITagged
{
    [JsonIgnore]
    public string Tag => Sha256;
}

/// <summary>How many reviewers have approved, and how many must.</summary>
public sealed record SignOffsView(int Given, int Needed)
{
    internal static SignOffsView Of(VettingRow row, Settings settings)
    {
        var decided = row.State is VettingStatus.Approved or VettingStatus.Expired or VettingStatus.Revoked;
        var first = row.FirstReviewer is null ? 0 : 1;
        // Once approved, what was needed then is what was given.
        return decided ? new(first + 1, first + 1) : new(first, settings.TwoReviewers ? 2 : 1);
    }
}

/// <summary>A look-up of the company's procurement credit (医药价格和招采信用评价).</summary>
public sealed record CreditQueryView(
    string Id,
    LocalDate QueriedOn,
    CreditRating Rating,
    bool DishonestDebtor,
    string? ScreenshotSha256,
    string RecordedBy,
    Instant RecordedAt
);

/// <param name="Reason">The reason code in words.</param>
/// <param name="Note">With a rejection or revocation it is told to the company; else it is the reviewers' own.</param>
/// <param name="By">The reviewer; null to the company.</param>
public sealed record DecisionView(string ReasonCode, Text Reason, string? Note, string? By, Instant At)
{
    internal static DecisionView? Of(VettingRow row, VettingStatus status, Caller caller)
    {
        var ranOut = status is VettingStatus.Expired && row.State is VettingStatus.Approved;
        if ((ranOut ? row.ReasonToExpire : row.Reason) is not { } reason || row.DecidedAt is not { } at)
            return null;
        var told = caller.IsStaff || status is VettingStatus.Rejected or VettingStatus.Revoked;
        return new(
            reason.Code,
            reason.Words,
            told ? row.Note : null,
            caller.IsStaff ? row.DecidedBy : null,
            ranOut ? Zones.EndOf(row.ValidThrough!.Value) : at
        );
    }
}
