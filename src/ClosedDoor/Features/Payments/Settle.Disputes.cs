using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// Disputes: while one is open its money counts for nothing and is not refunded. Each method answers null when the
/// provider's word changes nothing any more.
/// </summary>
static partial class Settle
{
    /// <summary>The organizers' matter: finance sees it in the list of disputes, with the day by which evidence is due.</summary>
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
        await PaymentTable.Move(tx, taken.Payment, PaymentTrigger.Dispute, now);
        return opened;
    }

    /// <summary>The bank has decided. Won, the money is back and what waited for it goes on; lost, the company owes it again.</summary>
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
            won ? Posting.DisputeWon(closed.Amount) : Posting.DisputeLost(closed.Amount),
            closed.Id,
            now
        );
        var stillOpen = await tx.Get<long>(
            "SELECT COUNT(*) FROM dispute WHERE payment_id = @Id AND status = 'disputed'",
            new { taken.Payment.Id }
        );
        if (stillOpen > 0)
            return closed;
        var payment = await PaymentTable.Move(
            tx,
            taken.Payment,
            won ? PaymentTrigger.DisputeWon : PaymentTrigger.DisputeLost,
            now
        );
        if (won && payment is not null)
            await AfterDispute(tx, payment, taken, now);
        return closed;
    }

    /// <summary>What could not go back while the money was contested goes back now.</summary>
    static async Task AfterDispute(Tx tx, PaymentRow payment, TakenPayment taken, Instant now)
    {
        if (!taken.Reservation.State.TakesSeat())
        {
            var promised = taken.Reservation.RefundAmount ?? 0;
            payment = await Must(tx, payment, promised > 0 ? PaymentTrigger.SeatLost : PaymentTrigger.Forfeit, now);
            var kept = Math.Max(0, Math.Min(payment.Received, payment.Amount) - promised);
            await Refunding.Request(
                tx,
                payment,
                Math.Max(0, await Refunding.Refundable(tx, payment.Id) - kept),
                RefundCause.DisputeWon,
                null,
                now
            );
            await tx.Send(RefundDue, new Notice(payment.Id), now);
        }
        else if (payment.Received > payment.Amount)
        {
            await Refunding.Request(
                tx,
                await Must(tx, payment, PaymentTrigger.PayOver, now),
                payment.Received - payment.Amount - await Overpayments(tx, payment.Id),
                RefundCause.Overpaid,
                null,
                now
            );
        }
    }

    /// <summary>What of an overpayment goes back already.</summary>
    static Task<long> Overpayments(Statements read, string paymentId) =>
        read.Get<long>(
            $"SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE payment_id = @paymentId AND because = 'overpaid' AND {RefundRow.Live}",
            new { paymentId }
        );
}
