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
        // Of a seat that is kept the books decide: another dispute may be lost, or the price have come by another way.
        var settled = taken.Reservation.State.IsSure() ? await LedgerTable.Owed(tx, taken.Payment.Id) == 0 : won;
        var payment = await PaymentTable.Move(
            tx,
            taken.Payment,
            settled ? PaymentTrigger.DisputeWon : PaymentTrigger.DisputeLost,
            now
        );
        if (settled && payment is not null)
            await AfterDispute(tx, payment, taken, now);
        return closed;
    }

    /// <summary>
    /// A seat that is kept, after what is owed for it has changed: one that was charged back is settled once nothing is
    /// owed any more, because its company has paid again or a promise to it is withdrawn; what is beyond that goes back.
    /// </summary>
    public static async Task<PaymentRow> Balance(Tx tx, TakenPayment taken, Instant now)
    {
        var payment = taken.Payment;
        if (payment.State is PaymentStatus.ChargedBack && await LedgerTable.Owed(tx, payment.Id) == 0)
            payment = await Must(tx, payment, PaymentTrigger.DebtPaid, now);
        if (payment.State is PaymentStatus.Confirmed or PaymentStatus.Overpaid)
            await GiveBackExcess(tx, payment, now);
        return await PaymentTable.Get(tx, payment.Id);
    }

    /// <summary>What the books say has come beyond the price, contested and promised money left out.</summary>
    static async Task GiveBackExcess(Tx tx, PaymentRow payment, Instant now)
    {
        var excess = await LedgerTable.PaidBeyond(tx, payment.Id);
        if (excess == 0)
            return;
        payment = await Must(tx, payment, PaymentTrigger.PayOver, now);
        await Refunding.Request(tx, payment, excess, RefundCause.Overpaid, null, now);
        await tx.Send(Overpaid, new Notice(payment.Id), now);
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
        else
        {
            await GiveBackExcess(tx, payment, now);
        }
    }
}
