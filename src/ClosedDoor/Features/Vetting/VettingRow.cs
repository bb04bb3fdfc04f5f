using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

sealed record VettingRow
{
    public string Id { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string Status { get; init; } = "";
    public string Application { get; init; } = "";
    public string? Message { get; init; }
    public string? Scores { get; init; }
    public string? FirstReviewer { get; init; }
    public string? DecidedBy { get; init; }
    public Instant? DecidedAt { get; init; }
    public string? ReasonCode { get; init; }
    public string? Note { get; init; }
    public LocalDate? ValidThrough { get; init; }
    public LocalDate? FirstCertificateExpiry { get; init; }
    public Instant CreatedAt { get; init; }
    public Instant? SubmittedAt { get; init; }
    public long Version { get; init; }

    public const string Select = """
        SELECT id, company_id, status, application, message, scores, first_reviewer, decided_by, decided_at, reason_code,
            note, valid_through, first_certificate_expiry, created_at, submitted_at, version
        FROM vetting
        """;

    public VettingStatus State => Words.Parse<VettingStatus>(Status);

    /// <summary>As it reads today: an approval whose last day has passed is expired, swept or not.</summary>
    public VettingStatus StateOn(LocalDate today) => HasRunOut(today) ? VettingStatus.Expired : State;

    public bool HasRunOut(LocalDate today) => State is VettingStatus.Approved && ValidThrough < today;

    public VettingReason? Reason => VettingReason.Find(ReasonCode);

    /// <summary>Why an approval ends when its last day has passed.</summary>
    public VettingReason ReasonToExpire =>
        FirstCertificateExpiry == ValidThrough ? VettingReason.CertificateExpired : VettingReason.ValidityEnded;

    public VettingApplication ReadApplication() =>
        JsonSerializer.Deserialize<VettingApplication>(Application, Json.Options)!;

    public Scorecard? ReadScores() =>
        Scores is null ? null : JsonSerializer.Deserialize<Scorecard>(Scores, Json.Options);
}
