using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>Every change to disputes. Callers hold the session's lock; what a dispute does to its payment, <see cref="Settle"/> says.</summary>
static class DisputeTable
{
    /// <summary>Finance is told of it.</summary>
    public const string Opened = "dispute.opened.v1";

    /// <summary>Null when the provider's dispute is recorded already.</summary>
    public static async Task<DisputeRow?> Add(Tx tx, PaymentRow payment, DisputeRow row, Instant now)
    {
        row = row with
        {
            Id = TypeId.New("dsp", now),
            PaymentId = payment.Id,
            Status = DisputeStatus.Disputed.Word(),
            Currency = payment.Currency,
            OpenedAt = now,
            Version = 1,
        };
        var added = await tx.Execute(
            """
            INSERT INTO dispute (id, payment_id, receipt_id, provider_dispute_id, status, reason, amount, currency,
                evidence_due_at, opened_at, version)
            VALUES (@Id, @PaymentId, @ReceiptId, @ProviderDisputeId, @Status, @Reason, @Amount, @Currency,
                @EvidenceDueAt, @OpenedAt, @Version)
            ON CONFLICT (provider_dispute_id) DO NOTHING
            """,
            row
        );
        if (added == 0)
            return null;
        await tx.Record(
            now,
            new Change(
                payment.SessionId,
                "dispute.opened",
                row.Id,
                After: new
                {
                    row.PaymentId,
                    row.Amount,
                    row.EvidenceDueAt,
                }
            )
        );
        return row;
    }

    /// <summary>Null when it is decided already.</summary>
    public static async Task<DisputeRow?> Transition(
        Tx tx,
        PaymentRow payment,
        DisputeRow row,
        DisputeTrigger trigger,
        Instant now
    )
    {
        if (row.State.After(trigger) is not { } to)
            return null;
        var done = await tx.Execute(
            "UPDATE dispute SET status = @to, version = version + 1 WHERE id = @Id AND status = @Status",
            new
            {
                row.Id,
                row.Status,
                to = to.Word(),
            }
        );
        if (done == 0)
            return null;
        await tx.Record(
            now,
            new Change(
                payment.SessionId,
                $"dispute.{to.Word()}",
                row.Id,
                new { status = row.State },
                new { status = to }
            )
        );
        return row with { Status = to.Word(), Version = row.Version + 1 };
    }

    /// <summary>Of a lost one a part has come back: its state stays, and the ledger says how much.</summary>
    public static async Task PartCameBack(Tx tx, PaymentRow payment, DisputeRow row, long cameBack, Instant now)
    {
        await tx.Execute("UPDATE dispute SET version = version + 1 WHERE id = @Id", new { row.Id });
        await tx.Record(
            now,
            new Change(payment.SessionId, "dispute.partly_reinstated", row.Id, After: new { amount = cameBack })
        );
    }

    public static Task<DisputeRow?> Find(Statements read, string id) =>
        read.Find<DisputeRow>($"{DisputeRow.Select} WHERE id = @id", new { id });

    public static Task<DisputeRow?> OfProvider(Statements read, string providerDisputeId) =>
        read.Find<DisputeRow>(
            $"{DisputeRow.Select} WHERE provider_dispute_id = @providerDisputeId",
            new { providerDisputeId }
        );
}

sealed record DisputeRow
{
    public string Id { get; init; } = "";
    public string PaymentId { get; init; } = "";
    public string ReceiptId { get; init; } = "";
    public string ProviderDisputeId { get; init; } = "";
    public string Status { get; init; } = "";
    public string Reason { get; init; } = "";
    public long Amount { get; init; }
    public string Currency { get; init; } = "";

    /// <summary>By when evidence must be with the provider; null when it wants none.</summary>
    public Instant? EvidenceDueAt { get; init; }
    public Instant OpenedAt { get; init; }
    public long Version { get; init; }

    /// <summary>What of it is here again, in fen, as the ledger has it: all of one that was won, of a lost one a part.</summary>
    public long CameBack { get; init; }

    public DisputeStatus State => Words.Parse<DisputeStatus>(Status);

    /// <summary>What of a row of <c>dispute</c> is not here, in fen: all of it, less what has come back as the ledger has it.</summary>
    public const string Away = $"(dispute.amount - {Back})";

    const string Back =
        "(SELECT COALESCE(SUM(ledger.amount), 0) FROM ledger WHERE ledger.kind = 'dispute_won' AND ledger.subject = dispute.id)";

    public const string Select = $"SELECT dispute.*, CAST({Back} AS BIGINT) AS came_back FROM dispute";
}
