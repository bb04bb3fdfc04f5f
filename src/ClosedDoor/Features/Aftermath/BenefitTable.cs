using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <summary>Every change to the benefits ledger: lines are added, and struck out.</summary>
static class BenefitTable
{
    public static async Task Add(Tx tx, BenefitRow row, Instant now)
    {
        await tx.Execute(
            """
            INSERT INTO benefit (id, session_id, invitation_id, kind, amount, currency, payer_name, payer_uscc, note, recorded_by, recorded_at, version)
            VALUES (@Id, @SessionId, @InvitationId, @Kind, @Amount, @Currency, @PayerName, @PayerUscc, @Note, @RecordedBy, @RecordedAt, 1)
            """,
            row
        );
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                "benefit.recorded",
                row.Id,
                After: new
                {
                    row.InvitationId,
                    row.Kind,
                    row.Amount,
                    row.PayerUscc,
                }
            )
        );
    }

    /// <summary>False when it was struck out before.</summary>
    public static async Task<bool> Void(Tx tx, BenefitRow row, Instant now)
    {
        var voided = await tx.Execute(
            "UPDATE benefit SET voided_at = @now, version = version + 1 WHERE id = @Id AND voided_at IS NULL",
            new { row.Id, now }
        );
        if (voided == 1)
            await tx.Record(now, new Change(row.SessionId, "benefit.voided", row.Id));
        return voided == 1;
    }
}

sealed record BenefitRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string InvitationId { get; init; } = "";
    public string Kind { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string PayerName { get; init; } = "";
    public string PayerUscc { get; init; } = "";
    public string? Note { get; init; }
    public string RecordedBy { get; init; } = "";
    public Instant RecordedAt { get; init; }
    public Instant? VoidedAt { get; init; }
    public long Version { get; init; } = 1;

    public const string Select = """
        SELECT id, session_id, invitation_id, kind, amount, currency, payer_name, payer_uscc, note, recorded_by, recorded_at,
            voided_at, version
        FROM benefit
        """;
}
