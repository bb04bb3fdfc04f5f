using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// What a company is to get back, and what it owes. <see cref="Ended"/> decides once how much of the money is not to go back
/// (<see cref="PaymentRow.Retained"/>); <see cref="Balance"/> holds the books against that, or against the price of a seat
/// that is kept, whenever something other than plain money has changed them: a dispute is decided, a promise is withdrawn,
/// money has come for a debt.
/// </summary>
static partial class Settle
{
    /// <summary>
    /// The reservation has ended, and nothing of it can be paid any more: nothing is awaited, and of what has come in
    /// goes back what <paramref name="terms"/> say. Called by <see cref="ReservationEnd"/> alone.
    /// </summary>
    /// <returns>What goes back, in fen; null when nothing had come.</returns>
    public static async Task<long?> Ended(
        Tx tx,
        string reservationId,
        PaymentTrigger end,
        RefundTerms terms,
        RefundCause because,
        string? note,
        Instant now
    )
    {
        var live = await tx.Find<PaymentRow>(
            $"{PaymentRow.Select} WHERE payment.reservation_id = @reservationId AND payment.status NOT IN ('failed', 'expired', 'cancelled', 'refunded')",
            new { reservationId }
        );
        if (live is null || live.State is PaymentStatus.RefundDue or PaymentStatus.Forfeited)
            return null;
        if (live.Received == 0)
        {
            await PaymentTable.Move(tx, live, end, now);
            return null;
        }
        var wasPaid =
            live.State
            is PaymentStatus.Confirmed
                or PaymentStatus.Overpaid
                or PaymentStatus.Disputed
                or PaymentStatus.ChargedBack;
        var paid = await Refundable.PaidForSeat(tx, live);
        var back = wasPaid ? terms.Of(paid) : live.Received;
        live = await PaymentTable.Retain(tx, live, wasPaid ? paid - back : 0, now);
        because = wasPaid ? because : RefundCause.NoSeat;
        if (live.State is PaymentStatus.Disputed)
            return back; // Frozen: it goes back once the dispute is decided.
        if (live.State is PaymentStatus.ChargedBack)
            return await BalanceEnded(tx, live, because, note, now); // Some of it has gone back already.

        var open = await OpenRefunds(tx, live);
        var payment = await Must(
            tx,
            live,
            back == 0 && open == 0 ? PaymentTrigger.Forfeit : PaymentTrigger.SeatLost,
            now
        );
        if (back > 0)
        {
            var made = await Refunding.Request(tx, payment, back, because, note, now);
            if (made.Count == 0 && open == 0)
                await PaymentTable.Move(tx, payment, PaymentTrigger.RefundsDone, now);
        }
        return back;
    }

    /// <summary>
    /// After what is owed for a seat, or had come for it, has changed otherwise than by money for it. A seat that is kept and
    /// was charged back is settled once nothing is owed any more; what is beyond its price goes back. Of a seat that is gone
    /// goes back what is here and not retained.
    /// </summary>
    /// <param name="because">What a refund that is made anew is made for.</param>
    public static async Task<PaymentRow> Balance(
        Tx tx,
        TakenPayment taken,
        Instant now,
        RefundCause because = RefundCause.Overpaid,
        string? note = null
    )
    {
        var payment = taken.Payment;
        if (!taken.Reservation.State.IsSure())
        {
            await BalanceEnded(tx, payment, because, note, now);
            return await PaymentTable.Get(tx, payment.Id);
        }
        // While another dispute is open it stays as it is: lost too, that would leave a settled seat owing.
        if (
            payment.State is PaymentStatus.ChargedBack
            && !await IsContested(tx, payment)
            && await LedgerTable.Owed(tx, payment.Id) == 0
        )
            payment = await Must(tx, payment, PaymentTrigger.DebtPaid, now);
        if (payment.State is PaymentStatus.Confirmed or PaymentStatus.Overpaid)
            await GiveBackExcess(tx, payment, now);
        return await PaymentTable.Get(tx, payment.Id);
    }

    /// <summary>
    /// A refund is withdrawn. What a rule had promised and is here goes back under a new one; what a person had given is
    /// kept, but for what of it stood in for a promise, or was refunded at the provider in its place.
    /// </summary>
    public static async Task Withdrawn(Tx tx, TakenPayment taken, RefundRow withdrawn, Instant now)
    {
        var payment = await PaymentTable.Get(tx, withdrawn.PaymentId);
        if (withdrawn.IsAsked && payment.Retained is { } retained)
            payment = await PaymentTable.Retain(
                tx,
                payment,
                retained
                    + withdrawn.Amount
                    - (withdrawn.AgainstAmount ?? 0)
                    - await Refundable.FulfilledOutside(tx, withdrawn),
                now
            );
        var because =
            !withdrawn.IsAsked ? withdrawn.Cause
            : taken.Reservation.RefundAmount is null ? RefundCause.NoSeat
            : RefundCause.Policy;
        await Balance(tx, taken with { Payment = payment }, now, because, withdrawn.Note);
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

    /// <summary>
    /// A lost dispute has made the company owe what its bank took back. Once its seat is gone it owes no more than what is
    /// retained and not here; and of what is here beyond that, all goes back.
    /// </summary>
    /// <returns>What goes back now, in fen.</returns>
    static async Task<long> BalanceEnded(Tx tx, PaymentRow payment, RefundCause because, string? note, Instant now)
    {
        if (
            payment.State
            is not (
                PaymentStatus.RefundDue
                or PaymentStatus.Refunded
                or PaymentStatus.Forfeited
                or PaymentStatus.ChargedBack
            )
        )
            return 0; // Contested: that is decided first.
        var back = await Refundable.StillHere(tx, payment.Id) - (payment.Retained ?? 0);
        var owed = await LedgerTable.Owed(tx, payment.Id);
        var still = Math.Min(owed, Math.Max(0, -back));
        if (owed > still)
            await LedgerTable.Post(
                tx,
                Posting.ChargeReversed(owed - still),
                payment.Id,
                LedgerScope.Of(payment),
                payment.Currency,
                now,
                again: true
            );
        if (still > 0)
            await PaymentTable.Move(tx, payment, PaymentTrigger.DisputeLost, now);
        if (back <= 0)
            return 0;
        if (payment.State is PaymentStatus.ChargedBack)
            payment = await Must(tx, payment, PaymentTrigger.SeatLost, now);
        return (await Refunding.Request(tx, payment, back, because, note, now)).Sum(refund => refund.Amount);
    }

    static Task<long> OpenRefunds(Tx tx, PaymentRow payment) =>
        tx.Get<long>($"SELECT COUNT(*) FROM refund WHERE payment_id = @Id AND {RefundRow.Open}", new { payment.Id });
}
