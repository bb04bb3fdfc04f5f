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
        if (await IsContested(tx, taken.Payment))
            return closed;
        var payment = taken.Payment;
        if (taken.Reservation.State.IsSure())
        {
            // The books decide: another dispute may be lost, or the price have come by another way.
            var settled = await LedgerTable.Owed(tx, payment.Id) == 0;
            var trigger = settled ? PaymentTrigger.DisputeWon : PaymentTrigger.DisputeLost;
            payment = await PaymentTable.Move(tx, payment, trigger, now) ?? payment;
        }
        else if (payment.State is PaymentStatus.Disputed)
        {
            payment = await EndedWhileContested(tx, payment, now);
        }
        await Balance(tx, taken with { Payment = payment }, now, RefundCause.DisputeWon);
        return closed;
    }

    static async Task<bool> IsContested(Tx tx, PaymentRow payment) =>
        await tx.Get<long>(
            "SELECT COUNT(*) FROM dispute WHERE payment_id = @Id AND status = 'disputed'",
            new { payment.Id }
        ) > 0;

    /// <summary>The seat went while its money was contested: what could not go back then goes back now, if it is still here.</summary>
    static async Task<PaymentRow> EndedWhileContested(Tx tx, PaymentRow payment, Instant now)
    {
        var lost = await tx.Get<long>(
            "SELECT COUNT(*) FROM dispute WHERE payment_id = @Id AND status = 'charged_back'",
            new { payment.Id }
        );
        if (lost > 0)
            return await Must(tx, payment, PaymentTrigger.DisputeLost, now);
        var back = await Refundable.StillHere(tx, payment.Id) > (payment.Retained ?? 0);
        payment = await Must(tx, payment, PaymentTrigger.DisputeWon, now);
        if (!back && await OpenRefunds(tx, payment) == 0)
            return await Must(tx, payment, PaymentTrigger.Forfeit, now);
        await tx.Send(RefundDue, new Notice(payment.Id), now);
        return await Must(tx, payment, PaymentTrigger.SeatLost, now);
    }
}
