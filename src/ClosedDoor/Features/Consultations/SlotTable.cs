using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Consultations;

/// <summary>Every change to advisors' slots. Who holds the session's row decides about its slots.</summary>
static class SlotTable
{
    public const string Changed = "consultation_slot.changed.v1";

    public static async Task<SlotRow> Add(Tx tx, SlotRow slot, Instant now)
    {
        await tx.Execute(
            """
            INSERT INTO consultation_slot (id, session_id, advisor, advisor_email, begins_at, ends_at, join_url, created_at, changed_at, version)
            VALUES (@Id, @SessionId, @Advisor, @AdvisorEmail, @BeginsAt, @EndsAt, @JoinUrl, @now, @now, 1)
            """,
            new
            {
                slot.Id,
                slot.SessionId,
                slot.Advisor,
                slot.AdvisorEmail,
                slot.BeginsAt,
                slot.EndsAt,
                slot.JoinUrl,
                now,
            }
        );
        await tx.Record(
            now,
            new Change(
                slot.SessionId,
                "consultation_slot.published",
                slot.Id,
                After: new { slot.BeginsAt, slot.EndsAt }
            )
        );
        return slot;
    }

    public static Task<SlotRow?> Find(Statements read, string id) =>
        read.Find<SlotRow>($"{SlotRow.Select} WHERE slot.id = @id", new { id });

    /// <summary>False when it was withdrawn before.</summary>
    public static async Task<bool> Withdraw(Tx tx, SlotRow slot, Instant now)
    {
        var withdrawn = await tx.Execute(
            "UPDATE consultation_slot SET withdrawn_at = @now, version = version + 1 WHERE id = @Id AND withdrawn_at IS NULL",
            new { slot.Id, now }
        );
        if (withdrawn == 1)
            await tx.Record(now, new Change(slot.SessionId, "consultation_slot.withdrawn", slot.Id));
        return withdrawn == 1;
    }

    /// <summary>Somebody has taken the slot or left it: its advisor is told, under a higher version of the appointment.</summary>
    public static async Task Tell(Tx tx, string slotId, Instant now)
    {
        await tx.Execute(
            "UPDATE consultation_slot SET changed_at = @now, version = version + 1 WHERE id = @slotId",
            new { slotId, now }
        );
        await tx.Send(Changed, new Notice(slotId), now);
    }
}

sealed record SlotRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string Advisor { get; init; } = "";
    public string? AdvisorEmail { get; init; }
    public Instant BeginsAt { get; init; }
    public Instant EndsAt { get; init; }
    public string JoinUrl { get; init; } = "";
    public Instant? WithdrawnAt { get; init; }
    public Instant ChangedAt { get; init; }
    public long Version { get; init; }

    /// <summary>The company that has it; null while it is free.</summary>
    public string? TakenBy { get; init; }

    public const string Select = """
        SELECT slot.id, slot.session_id, slot.advisor, slot.advisor_email, slot.begins_at, slot.ends_at, slot.join_url,
            slot.withdrawn_at, slot.changed_at, slot.version,
            (SELECT consultation.company_id FROM consultation
                WHERE consultation.slot_id = slot.id AND consultation.status IN ('booked', 'finished')) AS taken_by
        FROM consultation_slot AS slot
        """;

    public bool IsOpen(Instant now) => WithdrawnAt is null && BeginsAt > now;
}

/// <summary>An advisor's slot. Where to join is told to the organizers and to the company that has it.</summary>
public sealed record SlotView(
    string Id,
    string SessionId,
    string Advisor,
    Instant BeginsAt,
    Instant EndsAt,
    SlotState State,
    string? JoinUrl,
    long Version
)
{
    internal static SlotView Of(SlotRow row, bool toOrganizer, string? companyId, Instant now)
    {
        var own = row.TakenBy is not null && row.TakenBy == companyId;
        return new(
            row.Id,
            row.SessionId,
            row.Advisor,
            row.BeginsAt,
            row.EndsAt,
            row.TakenBy is not null ? (own ? SlotState.Own : SlotState.Taken)
                : row.IsOpen(now) ? SlotState.Free
                : SlotState.Past,
            toOrganizer || own ? row.JoinUrl : null,
            row.Version
        );
    }
}

public enum SlotState
{
    Free,

    /// <summary>The company that asks has it.</summary>
    Own,
    Taken,

    /// <summary>Nobody took it, and it has begun or was withdrawn.</summary>
    Past,
}
