using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to what has come of meetings.</summary>
static class OutcomeTable
{
    /// <summary>False when this stage was proposed already.</summary>
    public static async Task<bool> Propose(
        Tx tx,
        MeetingRow meeting,
        OutcomeStage stage,
        CooperationModel? model,
        string? note,
        MeetingSide side,
        Instant now
    )
    {
        var id = TypeId.New("otc", now);
        var added = await tx.Execute(
            """
            INSERT INTO meeting_outcome (id, meeting_id, session_id, stage, model, note, proposed_by, company_confirmed_at,
                guest_confirmed_at, created_at, version)
            VALUES (@id, @MeetingId, @SessionId, @Stage, @Model, @note, @Side, @ByCompany, @ByGuest, @now, 1)
            ON CONFLICT (meeting_id, stage) DO NOTHING
            """,
            new
            {
                id,
                MeetingId = meeting.Id,
                meeting.SessionId,
                Stage = stage.Word(),
                Model = model?.Word(),
                note,
                Side = side.Word(),
                ByCompany = side is MeetingSide.Company ? now : (Instant?)null,
                ByGuest = side is MeetingSide.Guest ? now : (Instant?)null,
                now,
            }
        );
        if (added == 1)
            await tx.Record(
                now,
                new Change(
                    meeting.SessionId,
                    "outcome.proposed",
                    id,
                    After: new
                    {
                        meeting = meeting.Id,
                        stage,
                        by = side,
                    }
                )
            );
        return added == 1;
    }

    /// <summary>One side's yes to what stands there. Said twice, it stands once.</summary>
    public static async Task Confirm(Tx tx, OutcomeRow row, MeetingSide side, Instant now)
    {
        var column = side is MeetingSide.Company ? "company_confirmed_at" : "guest_confirmed_at";
        var confirmed = await tx.Execute(
            $"UPDATE meeting_outcome SET {column} = @now, version = version + 1 WHERE id = @Id AND {column} IS NULL",
            new { row.Id, now }
        );
        if (confirmed == 1)
            await tx.Record(now, new Change(row.SessionId, "outcome.confirmed", row.Id, After: new { by = side }));
    }

    /// <summary>False when somebody else has said yes to it: then it is not one side's own to take back.</summary>
    public static async Task<bool> Withdraw(Tx tx, OutcomeRow row, MeetingSide side, Instant now)
    {
        var withdrawn = await tx.Execute(
            """
            DELETE FROM meeting_outcome WHERE id = @Id AND proposed_by = @Side
                AND (company_confirmed_at IS NULL OR proposed_by = 'company')
                AND (guest_confirmed_at IS NULL OR proposed_by = 'guest')
            """,
            new { row.Id, Side = side.Word() }
        );
        if (withdrawn == 1)
            await tx.Record(
                now,
                new Change(
                    row.SessionId,
                    "outcome.withdrawn",
                    row.Id,
                    Before: new
                    {
                        meeting = row.MeetingId,
                        stage = row.Stage,
                        by = side,
                    }
                )
            );
        return withdrawn == 1;
    }
}

sealed record OutcomeRow
{
    public string Id { get; init; } = "";
    public string MeetingId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string Stage { get; init; } = "";
    public string? Model { get; init; }
    public string? Note { get; init; }
    public string ProposedBy { get; init; } = "";
    public Instant? CompanyConfirmedAt { get; init; }
    public Instant? GuestConfirmedAt { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    public const string Select = """
        SELECT id, meeting_id, session_id, stage, model, note, proposed_by, company_confirmed_at, guest_confirmed_at,
            created_at, version
        FROM meeting_outcome
        """;

    /// <param name="stage">In its word, known or not.</param>
    public static Task<OutcomeRow?> Find(Statements db, string meetingId, string stage) =>
        db.Find<OutcomeRow>($"{Select} WHERE meeting_id = @meetingId AND stage = @stage", new { meetingId, stage });

    public static Task<List<OutcomeRow>> Of(Statements db, string sessionId) =>
        db.All<OutcomeRow>($"{Select} WHERE session_id = @sessionId ORDER BY created_at, id", new { sessionId });

    /// <summary>It counts once both sides have said so.</summary>
    public bool Confirmed => CompanyConfirmedAt is not null && GuestConfirmedAt is not null;
}

/// <summary>How far the two have come.</summary>
/// <param name="Model">The cooperation model that is talked about.</param>
/// <param name="Confirmed">By both sides; only then it counts.</param>
public sealed record OutcomeView(
    OutcomeStage Stage,
    CooperationModel? Model,
    string? Note,
    MeetingSide ProposedBy,
    Instant? CompanyConfirmedAt,
    Instant? GuestConfirmedAt,
    bool Confirmed,
    Instant CreatedAt,
    long Version
)
{
    internal static OutcomeView Of(OutcomeRow row) =>
        new(
            Words.Parse<OutcomeStage>(row.Stage),
            Words.TryParse<CooperationModel>(row.Model),
            row.Note,
            Words.Parse<MeetingSide>(row.ProposedBy),
            row.CompanyConfirmedAt,
            row.GuestConfirmedAt,
            row.Confirmed,
            row.CreatedAt,
            row.Version
        );
}
