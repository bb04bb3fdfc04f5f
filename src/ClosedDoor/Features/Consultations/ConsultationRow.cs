using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Consultations;

sealed record ConsultationRow
{
    public string Id { get; init; } = "";
    public string ReservationId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string SlotId { get; init; } = "";
    public string Status { get; init; } = "";
    public long Sequence { get; init; }
    public long Drafts { get; init; }
    public Instant? FinishedAt { get; init; }
    public Instant CreatedAt { get; init; }
    public Instant ChangedAt { get; init; }
    public long Version { get; init; }
    public string Advisor { get; init; } = "";
    public Instant BeginsAt { get; init; }
    public Instant EndsAt { get; init; }
    public string JoinUrl { get; init; } = "";

    public const string Select = """
        SELECT consultation.id, consultation.reservation_id, consultation.session_id, consultation.company_id,
            consultation.slot_id, consultation.status, consultation.sequence, consultation.drafts,
            consultation.finished_at, consultation.created_at, consultation.changed_at,
            consultation.version,
            slot.advisor, slot.begins_at, slot.ends_at, slot.join_url
        FROM consultation JOIN consultation_slot AS slot ON slot.id = consultation.slot_id
        """;

    public ConsultationStatus State => Words.Parse<ConsultationStatus>(Status);
}

sealed record DraftRow
{
    public string ConsultationId { get; init; } = "";
    public long Number { get; init; }
    public string Draft { get; init; } = "";
    public string Findings { get; init; } = "";
    public long Blocked { get; init; }
    public string WrittenBy { get; init; } = "";
    public Instant WrittenAt { get; init; }

    public const string Select =
        "SELECT consultation_id, number, draft, findings, blocked, written_by, written_at FROM cooperation_draft";
}

/// <summary>A consultation as its company and the organizers see it.</summary>
/// <param name="Drafts">How many versions the cooperation-model draft has.</param>
public sealed record ConsultationView(
    string Id,
    string ReservationId,
    string SessionId,
    string CompanyId,
    ConsultationStatus Status,
    BookedSlotView Slot,
    long Drafts,
    Instant? FinishedAt,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static ConsultationView Of(ConsultationRow row) =>
        new(
            row.Id,
            row.ReservationId,
            row.SessionId,
            row.CompanyId,
            row.State,
            new(row.SlotId, row.Advisor, row.BeginsAt, row.EndsAt, row.JoinUrl),
            row.Drafts,
            row.FinishedAt,
            row.CreatedAt,
            row.Version
        );
}

public sealed record BookedSlotView(string Id, string Advisor, Instant BeginsAt, Instant EndsAt, string JoinUrl);

/// <summary>One version of a cooperation-model draft, with what the legal rules say of it.</summary>
public sealed record DraftView(
    string ConsultationId,
    long Number,
    CooperationModel Model,
    HospitalFounder HospitalFounder,
    bool ForProfit,
    DepartmentUse Departments,
    string Terms,
    IReadOnlyList<NeedMatch> Needs,
    bool Blocked,
    IReadOnlyList<CooperationFinding> Findings,
    Instant WrittenAt
)
{
    internal static DraftView Of(DraftRow row)
    {
        var draft = JsonSerializer.Deserialize<CooperationDraft>(row.Draft, Json.Options)!;
        return new(
            row.ConsultationId,
            row.Number,
            draft.Model,
            draft.Founder,
            draft.ForProfit,
            draft.Departments,
            draft.Terms,
            draft.Needs,
            row.Blocked == 1,
            JsonSerializer.Deserialize<List<CooperationFinding>>(row.Findings, Json.Options)!,
            row.WrittenAt
        );
    }
}
