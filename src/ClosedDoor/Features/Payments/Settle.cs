using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// The one place where money, or the proof that none will come, makes something of a payment and its seat, under the
/// session's lock (<see cref="PaymentTable.Lock(Tx, string)"/>). Whatever comes twice, late or in another order finds a
/// state in which it means nothing, and changes nothing.
/// </summary>
/// <remarks>
/// How money flows. It comes in by <see cref="Money"/>: finance records it (<see cref="ReceiveTransfer"/>), a statement
/// tells of it (ImportBankStatement, or MatchBankLine for what waited in suspense), Stripe has it (Stripe.Checkouts, for the
/// webhook's inbox, the return page and the reconcilers alike), or it was another payment's (<see cref="ApplyRefund"/>).
/// A seat goes by ReservationEnd, which tells <see cref="Ended"/> the terms; a dispute comes and goes by Settle.Disputes.cs.
/// After each of these, and whatever else happens to the money, <see cref="Balance"/> computes from all of it what goes back
/// and what is owed. It goes out by <see cref="Refunding"/>: promised there, sent by Stripe.SendRefund from the outbox or paid
/// by <see cref="PayRefundByHand"/>, and ended there; or by others, in Refunding.Outside.cs.
/// Each step posts its <see cref="Posting"/> in its own transaction: PaymentTable what is owed, this class what has come,
/// Refunding what is promised and has left, BankStatements what is nobody's; <see cref="CheckLedger"/> and the invariants
/// hold all of it against the rows that it was posted for.
/// </remarks>
static partial class Settle
{
    public const string Confirmed = "reservation.confirmed.v1";
    public const string Underpaid = "payment.underpaid.v1";
    public const string Overpaid = "payment.overpaid.v1";
    public const string RefundDue = "payment.refund_due.v1";

    /// <summary>
    /// Money has come. It is a fact, so it is never refused for coming late or in the wrong amount: enough of it
    /// confirms the seat; too little is awaited; for a seat that has lapsed a free one is taken, and without one the
    /// money goes back. Losing it is the mistake that this avoids.
    /// </summary>
    /// <returns>The payment as it then stands; null when this money is recorded already, and nothing has changed.</returns>
    public static async Task<PaymentRow?> Money(Tx tx, LockedPayment locked, MoneyReceived money, Instant now)
    {
        if (await PaymentTable.AddReceipt(tx, locked.Payment, money, now) is not { } receiptId)
            return null;
        await Post(tx, locked.Payment, Posting.Receipt(money.Method, money.Amount), receiptId, now);
        if (money.Fee > 0)
            await Post(tx, locked.Payment, Posting.Fee(money.Fee), receiptId, now);
        var payment = await PaymentTable.Get(tx, locked.Payment.Id);
        return
            payment.State.IsAwaited()
            || payment.State is PaymentStatus.Expired or PaymentStatus.Failed or PaymentStatus.Cancelled
            ? await Count(tx, locked with { Payment = payment }, now, money)
            : await Balance(tx, locked, now, RefundCause.NoSeat);
    }

    /// <summary>
    /// What the provider keeps of money that is recorded already becomes known: it is posted once, whoever tells of it, and
    /// whatever has become of the money since.
    /// </summary>
    public static async Task Fee(Tx tx, PaymentRow payment, MoneyReceived money, Instant now)
    {
        if (
            money.Fee > 0
            && await PaymentTable.ReceiptOf(tx, payment, money) is { } receiptId
            && (await LedgerTable.Posted(tx, LedgerKind.Fee, receiptId)).Count == 0
        )
            await Post(tx, payment, Posting.Fee(money.Fee), receiptId, now);
    }

    /// <summary>Whether the provider's fee of a payment intent's money is posted.</summary>
    public static async Task<bool> KnowsFee(Statements read, string intent) =>
        await read.Get<long>(
            $"""
            SELECT COUNT(*) FROM receipt JOIN ledger ON ledger.subject = receipt.id AND ledger.kind = '{LedgerKind.Fee.Word()}'
            WHERE receipt.account IN ('{MoneyReceived.StripeLive}', '{MoneyReceived.StripeTest}') AND receipt.serial = @intent
            """,
            new { intent }
        ) > 0;

    /// <summary>What has come for a seat that is not settled, and nobody contests, is held against its price.</summary>
    static async Task<PaymentRow> Count(Tx tx, LockedPayment locked, Instant now, MoneyReceived? money = null)
    {
        if (locked.Reservation.HasLapsed(now) && locked.Payment.Counted < locked.Payment.Amount)
        {
            // Enough would find the seat still this company's row. Too little must not bring the time back.
            await ReservationEnd.ReleaseAndPromote(tx, locked.Sale, now);
            locked = (await PaymentTable.Lock(tx, locked.Payment.Id))!;
            if (locked.Payment.Terms is not null)
                return locked.Payment;
        }
        var (payment, reservation, sale) = locked;
        var wasKept = payment.State.KeepsSeat();
        payment = await Must(tx, payment, PaymentLife.Money(payment.Counted, payment.Amount), now);
        switch (payment.State)
        {
            case PaymentStatus.Underpaid:
                if (money is not null)
                    await tx.Send(Underpaid, new Notice(payment.Id), now);
                return payment;
            case PaymentStatus.Confirmed or PaymentStatus.Overpaid:
                if (wasKept && (money?.Method is not PaymentMethod.Stripe || money.Origin is not null))
                    await tx.Send(CloseCheckout, new Notice(payment.Id), now); // Paid by another way: it must not be paid again.
                payment = await Confirm(tx, payment, reservation, sale, now);
                break;
            case PaymentStatus.LatePaid:
                payment = await SettleLate(tx, payment, reservation, sale, now);
                break;
            default:
                return payment;
        }
        return await Balance(tx, locked, now, RefundCause.NoSeat);
    }

    /// <summary>The reservation has its seat and now its money.</summary>
    static async Task<PaymentRow> Confirm(Tx tx, PaymentRow payment, ReservationRow reservation, Sale sale, Instant now)
    {
        var unwanted = reservation.Ending;
        if (await ReservationTable.Transition(tx, reservation, ReservationTrigger.Pay, now) is not { } confirmed)
            throw new InvalidOperationException(
                $"Payment {payment.Id} is settled and reservation {reservation.Id} is {reservation.Status}."
            );
        if (unwanted is null)
        {
            await tx.Send(Confirmed, new Notice(reservation.Id), now);
            await TicketTable.IssueLate(tx, reservation.SessionId, now);
            return payment;
        }
        // It was given up while its checkout was still being closed, and the money was faster: both happen.
        await ReservationEnd.Cancel(tx, confirmed, unwanted, now, RefundTerms.Full);
        await ReservationEnd.ReleaseAndPromote(tx, sale, now);
        return await PaymentTable.Get(tx, payment.Id);
    }

    /// <summary>Late money takes a seat that is free once those who waited have theirs.</summary>
    static async Task<PaymentRow> SettleLate(
        Tx tx,
        PaymentRow payment,
        ReservationRow reservation,
        Sale sale,
        Instant now
    )
    {
        if (payment.Counted < payment.Amount || !await TakeSeatAgain(tx, reservation, sale, now))
        {
            payment = await Must(tx, payment, PaymentTrigger.NoSeat, now);
            return await PaymentTable.End(tx, payment, RefundTerms.Full, now);
        }
        payment = await Must(tx, payment, PaymentTrigger.SeatFound, now);
        return await Must(tx, payment, PaymentLife.Money(payment.Counted, payment.Amount), now);
    }

    static async Task<bool> TakeSeatAgain(Tx tx, ReservationRow reservation, Sale sale, Instant now)
    {
        if (reservation.State is not ReservationStatus.Expired)
            return false; // Who has given the seat up does not get it back for the money that was under way.
        await ReservationEnd.ReleaseAndPromote(tx, sale, now);
        var room = await Room.Look(tx, sale.SessionId, reservation.CompanyId, now);
        if (room.Own > 0 || Admittance.CheckLate(sale, room.Vetting, Zones.Today(now), now) is not null)
            return false;
        if (await SeatTable.Claim(tx, sale.SessionId, reservation.Id) is not { } seat)
            return false;
        if (await ReservationTable.Transition(tx, reservation, ReservationTrigger.Pay, now, seat: seat) is null)
            throw new InvalidOperationException(
                $"Expired reservation {reservation.Id} could not be confirmed under its session's lock."
            );
        await tx.Send(Confirmed, new Notice(reservation.Id), now);
        await TicketTable.IssueLate(tx, reservation.SessionId, now);
        return true;
    }

    static Task Post(Tx tx, PaymentRow payment, Posting posting, string subject, Instant now) =>
        LedgerTable.Post(tx, posting, subject, LedgerScope.Of(payment), payment.Currency, now);

    static async Task<PaymentRow> Must(Tx tx, PaymentRow payment, PaymentTrigger trigger, Instant now) =>
        await PaymentTable.Transition(tx, payment, trigger, now)
        ?? throw new InvalidOperationException($"Payment {payment.Id} is {payment.Status} and cannot take {trigger}.");
}
