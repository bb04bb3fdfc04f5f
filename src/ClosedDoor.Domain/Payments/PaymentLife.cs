using static ClosedDoor.Domain.PaymentStatus;
using static ClosedDoor.Domain.PaymentTrigger;

namespace ClosedDoor.Domain;

/// <summary>
/// How a payment moves. Refunds and disputes have lives of their own (<see cref="RefundLife"/>, <see cref="DisputeLife"/>):
/// of a payment there is one, of them there may be many.
/// </summary>
public static class PaymentLife
{
    /// <summary>
    /// The state after the trigger, which may be the same one; null when the trigger means nothing in this state, so that
    /// a repeated or overtaken message changes nothing. Money is never refused: each Pay trigger leads somewhere from
    /// every state.
    /// </summary>
    public static PaymentStatus? After(this PaymentStatus from, PaymentTrigger trigger) =>
        (from, trigger) switch
        {
            (Opening, Opened) => Open,
            // Another page for the same seat, once the one before it is closed. After a failure the seat has gone.
            (Expiring, Reopen) => Opening,
            // While the call that opens it is under way nobody knows whether it can be paid: closing takes the same proof.
            (Opening or Open, Expire) => Expiring,
            (Opening or Open or Expiring, ProvenDead) => Expired,
            (Opening or Open or Expiring, CompleteUnpaid) => Processing,
            (Processing, AsyncFail) => Failed,

            // Part of the price by bank, beside a checkout that can still be paid.
            (Opening or Open or Expiring or Processing, PayShort) => from,
            (AwaitingTransfer or Underpaid, PayShort) => Underpaid,
            (Opening or Open or Expiring or Processing or AwaitingTransfer or Underpaid, PayExact) => Confirmed,
            (
                Opening
                    or Open
                    or Expiring
                    or Processing
                    or AwaitingTransfer
                    or Underpaid
                    or Confirmed
                    or Overpaid,
                PayOver
            ) => Overpaid,

            (AwaitingTransfer, Lapse) => Expired,
            (AwaitingTransfer, Cancel) => Cancelled,

            (Expired or Failed or Cancelled, PayShort or PayExact or PayOver) => LatePaid,
            (LatePaid, SeatFound) => Confirmed,
            (LatePaid, NoSeat) => RefundDue,

            (
                AwaitingTransfer
                    or Opening
                    or Open
                    or Expiring
                    or Processing
                    or Underpaid
                    or Confirmed
                    or Overpaid,
                SeatLost
            ) => RefundDue,
            (Confirmed or Overpaid, Forfeit) => Forfeited,

            // Money for what has ended and had money already: it goes back like the rest.
            (RefundDue or Refunded or Forfeited, PayShort or PayExact or PayOver) => RefundDue,
            (RefundDue, RefundsDone) => Refunded,
            (Refunded or Forfeited, RefundsOpen) => RefundDue,
            // The difference is back with the company, and the rest is the price.
            (Overpaid, RefundsDone) => Confirmed,
            (Confirmed, RefundsOpen) => Confirmed,

            (Confirmed or Overpaid, Dispute) => Disputed,
            // Contested money counts for nothing either way until that is decided.
            (Disputed, PayShort or PayExact or PayOver or SeatLost or Forfeit) => Disputed,
            (Disputed, DisputeWon) => Confirmed,
            // Lost after the end, too: of what is not to go back, something is owed again.
            (Disputed or Refunded or Forfeited, DisputeLost) => ChargedBack,
            // What money makes of a debt, the books decide: it is paid, or in part, or more than paid.
            (ChargedBack, PayShort or PayExact or PayOver) => ChargedBack,
            // The seat was kept, and its price is here again: the one way back from a lost dispute.
            (ChargedBack, DebtPaid) => Confirmed,
            // The seat is gone, and the bank has taken back less than is to go back; or it has given all of it back.
            (ChargedBack, SeatLost) => RefundDue,
            (ChargedBack, Forfeit) => Forfeited,

            // What cannot be: less than the price in all, after the price had come. A count that says so changes nothing.
            (Confirmed or Overpaid or LatePaid, PayShort or PayExact) => from,
            (LatePaid, PayOver) => from,
            _ => null,
        };

    /// <summary>Which money trigger it is when <paramref name="received"/> fen of <paramref name="due"/> are here in all.</summary>
    public static PaymentTrigger Money(long received, long due) =>
        received < due ? PayShort
        : received == due ? PayExact
        : PayOver;

    /// <summary>Whether a checkout may still be paid, so that the seat is not given away whatever the clock says.</summary>
    public static bool KeepsSeat(this PaymentStatus status) => status is Opening or Open or Expiring or Processing;

    /// <summary>Whether money is awaited by bank, all of it or the rest.</summary>
    public static bool AwaitsTransfer(this PaymentStatus status) => status is AwaitingTransfer or Underpaid;

    /// <summary>Whether the price is here, and nobody contests it.</summary>
    public static bool IsSettled(this PaymentStatus status) => status is Confirmed or Overpaid;

    /// <summary>Whether the price has come for a seat, whatever a bank has said since.</summary>
    public static bool WasPaid(this PaymentStatus status) => status.IsSettled() || status is Disputed or ChargedBack;

    /// <summary>Whether its seat waits for money: nothing is confirmed, and nothing has ended.</summary>
    public static bool IsAwaited(this PaymentStatus status) => status.KeepsSeat() || status.AwaitsTransfer();

    /// <summary>Whether this payment stands in the way of another for the same reservation (index payment_live).</summary>
    public static bool IsLive(this PaymentStatus status) => status is not (Expired or Failed or Cancelled or Refunded);
}
