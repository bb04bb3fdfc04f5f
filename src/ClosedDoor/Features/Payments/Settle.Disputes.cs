using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// Disputes: while one is open its money counts for nothing, toward no price, and is not refunded. What either end of it makes
/// of the payment, <see cref="Balance"/> says. Each method answers null when the provider's word changes nothing any more.
/// </summary>
static partial class Settle
{
    /// <summary>A dispute is opened: finance is told.</summary>
    public const string Disputed = "dispute.opened.v1";

    /// <summary>The organizers' matter: finance is told, and sees it in the list of disputes, with the day by which evidence is due.</summary>
    public static async Task<DisputeRow?> DisputeOpened(
        Tx tx,
        TakenPayment taken,
        string providerDisputeId,
        string serial,
        long amount,
        string reason,
        Instant? evidenceDueAt,
        Instant now
    )
    {
        var receipt = await tx.Find<string>(
            "SELECT id FROM receipt WHERE payment_id = @Id AND serial = @serial",
            new { taken.Payment.Id, serial }
        );
        if (receipt is null)
            return null;
        var opened = await DisputeTable.Add(
            tx,
            taken.Payment,
            new()
            {
                ReceiptId = receipt,
                ProviderDisputeId = providerDisputeId,
                Amount = amount,
                Reason = reason,
                EvidenceDueAt = evidenceDueAt,
            },
            now
        );
        if (opened is null)
            return null;
        await Post(tx, taken.Payment, Posting.Dispute(amount), opened.Id, now);
        await tx.Send(Disputed, new Notice(opened.Id), now);
        await Balance(tx, taken, now);
        return opened;
    }

    /// <summary>
    /// The bank has decided. Won, the money counts again, and should that be after it was lost; lost, it is gone.
    /// </summary>
    public static async Task<DisputeRow?> DisputeClosed(
        Tx tx,
        TakenPayment taken,
        string providerDisputeId,
        bool won,
        Instant now
    )
    {
        if (
            await DisputeTable.OfProvider(tx, providerDisputeId) is not { } dispute
            || dispute.PaymentId != taken.Payment.Id
            || await DisputeTable.Move(tx, taken.Payment, dispute, won ? DisputeTrigger.Win : DisputeTrigger.Lose, now)
                is not { } closed
        )
            return null;
        await Post(
            tx,
            taken.Payment,
            !won ? Posting.DisputeLost(closed.Amount)
                : dispute.State is DisputeStatus.ChargedBack ? Posting.Reinstated(closed.Amount)
                : Posting.DisputeWon(closed.Amount),
            closed.Id,
            now
        );
        var decides =
            taken.Payment.State is PaymentStatus.Disputed || (won && taken.Payment.State is PaymentStatus.ChargedBack);
        await Balance(tx, taken, now, decides ? RefundCause.DisputeWon : null);
        return closed;
    }

    /// <summary>What the provider keeps for a dispute, which it may give back with the money. It is the organizers' to bear.</summary>
    /// <param name="fee">All that it keeps for this one as it stands now, in fen.</param>
    public static async Task DisputeFee(Tx tx, TakenPayment taken, string providerDisputeId, long fee, Instant now)
    {
        if (
            await DisputeTable.OfProvider(tx, providerDisputeId) is not { } dispute
            || dispute.PaymentId != taken.Payment.Id
        )
            return;
        var posted = (await LedgerTable.Posted(tx, LedgerKind.Fee, dispute.Id)).Sum(entry =>
            entry.Debit is LedgerAccount.Fees ? entry.Amount : -entry.Amount
        );
        await LedgerTable.Post(
            tx,
            Posting.Fee(fee - posted),
            dispute.Id,
            LedgerScope.Of(taken.Payment),
            dispute.Currency,
            now,
            again: true
        );
    }
}
