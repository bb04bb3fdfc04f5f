using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// What a company is to get back, and what it owes. Both are computed from all that has happened, each time that something
/// has (<see cref="SeatMoney"/>): a seat's end keeps its terms and no amount, so that what comes after it, in whatever order,
/// leads to the same.
/// </summary>
static partial class Settle
{
    /// <summary>
    /// The reservation has ended, and nothing of it can be paid any more: nothing is awaited, and of what has come in
    /// goes back what <paramref name="terms"/> say; all of it, where the price had never come whole. Called by
    /// <see cref="ReservationEnd"/> alone.
    /// </summary>
    /// <returns>What goes back, in fen, once no bank contests it any more; null when nothing had come.</returns>
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
            $"{PaymentRow.Select} WHERE payment.reservation_id = @reservationId AND {PaymentStates.Live}",
            new { reservationId }
        );
        if (live is null || live.Terms is not null)
            return null;
        if (live.Received == 0)
        {
            await PaymentTable.Transition(tx, live, end, now);
            return null;
        }
        var wasPaid = live.State.WasPaid();
        var ended = await PaymentTable.End(tx, live, wasPaid ? terms : RefundTerms.Full, now);
        return await Even(tx, ended, now, wasPaid ? because : RefundCause.NoSeat, note);
    }

    /// <summary>
    /// After anything has happened to a payment's money: it has come, gone, been contested, promised or given up. A seat that
    /// still waits for its price gets it counted anew; otherwise <see cref="Even"/>.
    /// </summary>
    /// <param name="because">
    /// What money for a seat that is gone goes back for now, and its company is told; null is what it went back for before.
    /// </param>
    public static async Task<PaymentRow> Balance(
        Tx tx,
        LockedPayment locked,
        Instant now,
        RefundCause? because = null,
        string? note = null
    )
    {
        var payment = await PaymentTable.Get(tx, locked.Payment.Id);
        if (payment.State.IsAwaited())
            return await Count(tx, locked with { Payment = payment }, now);
        var back = await Even(tx, payment, now, because, note);
        payment = await PaymentTable.Get(tx, payment.Id);
        if (back > 0 && payment.State is PaymentStatus.RefundDue && because is not null)
            await tx.Send(RefundDue, new Notice(payment.Id), now);
        return payment;
    }

    /// <summary>
    /// Promises what is to go back and nothing promises yet, takes back promises whose money is gone, and has state and books
    /// say what is owed. Done twice it changes nothing.
    /// </summary>
    /// <returns>What goes back now, or once no bank contests it any more, in fen.</returns>
    static async Task<long> Even(
        Tx tx,
        PaymentRow payment,
        Instant now,
        RefundCause? because = null,
        string? note = null
    )
    {
        await Refunding.WithdrawUncovered(tx, payment, now);
        var money = await Refundable.Money(tx, payment.Id);
        await PostAgain(tx, payment, Posting.Recovery(money.Recovered), now);

        payment = payment.Terms is null ? await Standing(tx, payment, money, now) : await Gone(tx, payment, money, now);
        if (payment.State is PaymentStatus.Disputed || (payment.Terms is null && money.Contested > 0))
            return Math.Max(0, money.Here - money.Retained); // Nothing is promised until it is decided.

        if (money.ToGoBack > 0)
        {
            var cause = payment.Terms is null ? RefundCause.Overpaid : because ?? await LastCause(tx, payment);
            var wish = because is RefundCause.NoSeat ? tx.Actor : await WhoseWish(tx, payment);
            await Refunding.Request(tx, payment, new(money.ToGoBack, cause, note) { By = wish }, now);
            if (payment.Terms is null)
                await tx.Send(Overpaid, new Notice(payment.Id), now);
        }
        await BookReceivable(tx, payment, money.Receivable(money.ToGoBack), now);
        await Refunding.CloseIfDone(tx, payment, now);
        return money.ToGoBack;
    }

    /// <summary>A seat that is kept is disputed, owes what a bank took, is overpaid, or is settled.</summary>
    static async Task<PaymentRow> Standing(Tx tx, PaymentRow payment, SeatMoney money, Instant now)
    {
        if (money.Contested > 0)
            return await PaymentTable.Transition(tx, payment, PaymentTrigger.Dispute, now) ?? payment;
        payment = (payment.State, money.Owed) switch
        {
            (PaymentStatus.Disputed, > 0) => await Must(tx, payment, PaymentTrigger.DisputeLost, now),
            (PaymentStatus.Disputed, _) => await Must(tx, payment, PaymentTrigger.DisputeWon, now),
            (PaymentStatus.ChargedBack, 0) => await Must(tx, payment, PaymentTrigger.DebtPaid, now),
            _ => payment,
        };
        return money.ToGoBack > 0 ? await Must(tx, payment, PaymentTrigger.PayOver, now) : payment;
    }

    /// <summary>A seat that is gone has something going back, has something owed for it, or is done with.</summary>
    static async Task<PaymentRow> Gone(Tx tx, PaymentRow payment, SeatMoney money, Instant now)
    {
        if (payment.State is PaymentStatus.Disputed && money.Contested > 0)
            return payment;
        if (payment.State is PaymentStatus.Disputed)
        {
            var decided = money.Lost > 0 ? PaymentTrigger.DisputeLost : PaymentTrigger.DisputeWon;
            payment = await Must(tx, payment, decided, now);
        }
        return payment.State switch
        {
            PaymentStatus.ChargedBack when money.ToGoBack == 0 && money.Lost + money.Contested > 0 => payment,
            PaymentStatus.ChargedBack when money.ToGoBack == 0 && money.Returned == 0 => await Must(
                tx,
                payment,
                PaymentTrigger.Forfeit,
                now
            ),
            PaymentStatus.Confirmed
            or PaymentStatus.Overpaid when money.ToGoBack == 0 && await RefundRow.CountOpen(tx, payment.Id) == 0 =>
                await Must(tx, payment, PaymentTrigger.Forfeit, now),
            PaymentStatus.RefundDue or PaymentStatus.Refunded or PaymentStatus.Forfeited => payment,
            _ => await Must(tx, payment, PaymentTrigger.SeatLost, now),
        };
    }

    /// <summary>What no posting of its own has brought into line: a debt that the seat's end makes less, money that is set off.</summary>
    static async Task BookReceivable(Tx tx, PaymentRow payment, long target, Instant now)
    {
        var more = target - await LedgerTable.Receivable(tx, payment.Id);
        await PostAgain(tx, payment, Posting.Charge(Math.Max(0, more)), now);
        await PostAgain(tx, payment, Posting.ChargeReversed(Math.Max(0, -more)), now);
    }

    /// <summary>What money goes back for that a rule has promised before, or gives back now.</summary>
    static async Task<RefundCause> LastCause(Tx tx, PaymentRow payment)
    {
        var last = await tx.Find<string>(
            """
            SELECT because FROM refund WHERE payment_id = @Id AND because NOT IN ('goodwill', 'external', 'overpaid')
            ORDER BY created_at DESC, id DESC LIMIT 1
            """,
            new { payment.Id }
        );
        return last is not null ? Words.Parse<RefundCause>(last)
            : payment.Terms == RefundTerms.Full ? RefundCause.NoSeat
            : RefundCause.Policy;
    }

    /// <summary>
    /// Who asks for what a rule gives, whoever has it promised now: so that none approves what follows from their own act,
    /// because a refund in the provider's dashboard or a bank's decision has it promised anew.
    /// </summary>
    static async Task<string> WhoseWish(Tx tx, PaymentRow payment) =>
        payment.EndedBy
        ?? await tx.Find<string>(
            "SELECT requested_by FROM refund WHERE payment_id = @Id AND because = 'overpaid' ORDER BY created_at DESC, id DESC LIMIT 1",
            new { payment.Id }
        )
        ?? tx.Actor;

    static Task PostAgain(Tx tx, PaymentRow payment, Posting posting, Instant now) =>
        PostAgain(tx, payment, posting, payment.Id, now);

    static Task PostAgain(Tx tx, PaymentRow payment, Posting posting, string subject, Instant now) =>
        LedgerTable.Post(tx, posting, subject, LedgerScope.Of(payment), payment.Currency, now, again: true);
}
