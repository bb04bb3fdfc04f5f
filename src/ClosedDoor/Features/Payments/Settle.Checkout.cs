using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// The life of a checkout besides being paid (which is <see cref="Money"/>). While <see cref="PaymentLife.KeepsSeat"/>
/// holds, the reservation is kept for it and no sweeper lets go of the seat; each way out of that is here.
/// Every method answers null when the payment is in a state in which the message means nothing.
/// </summary>
static partial class Settle
{
    /// <summary>Close the checkout of this payment at the provider, then tell <see cref="CheckoutDead"/> or <see cref="Money"/>.</summary>
    public const string CloseCheckout = "checkout.close.v1";

    /// <summary>The provider has opened it: Opening → Open.</summary>
    public static Task<PaymentRow?> CheckoutOpened(Tx tx, LockedPayment locked, Instant now) =>
        PaymentTable.Transition(tx, locked.Payment, PaymentTrigger.Opened, now);

    /// <summary>
    /// Asks for it to be closed: Opening or Open → Expiring, and <see cref="CloseCheckout"/> is sent. The seat is
    /// still held: only <see cref="CheckoutDead"/> lets go of it.
    /// </summary>
    public static async Task<PaymentRow?> CheckoutExpires(Tx tx, LockedPayment locked, Instant now)
    {
        if (await PaymentTable.Transition(tx, locked.Payment, PaymentTrigger.Expire, now) is not { } expiring)
            return null;
        await tx.Send(CloseCheckout, new Notice(expiring.Id), now);
        return expiring;
    }

    /// <summary>The buyer is through and the money is under way: → Processing. The seat stays, without a deadline.</summary>
    public static Task<PaymentRow?> CheckoutProcessing(Tx tx, LockedPayment locked, Instant now) =>
        PaymentTable.Transition(tx, locked.Payment, PaymentTrigger.CompleteUnpaid, now);

    /// <summary>
    /// The provider has proven that it can never be paid: → Expired. The seat goes, and the first on the waitlist moves up.
    /// </summary>
    public static Task<PaymentRow?> CheckoutDead(Tx tx, LockedPayment locked, Instant now) =>
        LetGo(tx, locked, PaymentTrigger.ProvenDead, now);

    /// <summary>The money that was under way has failed: Processing → Failed. The seat goes.</summary>
    public static Task<PaymentRow?> CheckoutFailed(Tx tx, LockedPayment locked, Instant now) =>
        LetGo(tx, locked, PaymentTrigger.AsyncFail, now);

    /// <summary>
    /// Another attempt for the same seat, whose time is not over: Expiring (and proven dead) → Opening. The caller sets
    /// its deadline with <see cref="PaymentTable.SetDue"/> and the seat's with <see cref="ReservationTable.KeepForCheckout"/>.
    /// </summary>
    public static Task<PaymentRow?> CheckoutAgain(Tx tx, LockedPayment locked, Instant now) =>
        PaymentTable.Transition(tx, locked.Payment, PaymentTrigger.Reopen, now);

    static async Task<PaymentRow?> LetGo(Tx tx, LockedPayment locked, PaymentTrigger trigger, Instant now)
    {
        if (locked.Payment.State.After(trigger) is null)
            return null;
        await ReservationEnd.CheckoutIsOver(tx, locked.Reservation, trigger, now);
        await ReservationEnd.ReleaseAndPromote(tx, locked.Sale, now);
        return await PaymentTable.Get(tx, locked.Payment.Id);
    }
}
