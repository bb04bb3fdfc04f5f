using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// What Stripe says of a checkout becomes ours, in one place for the webhook, the return page, the closing and the
/// reconciler. Each asks Stripe first, then applies the answer under the session's lock; whoever comes second, or with
/// an older answer, changes nothing.
/// </summary>
static class Checkouts
{
    /// <summary>Asks Stripe about an attempt that it has answered for, and applies what it says.</summary>
    public static async Task Look(
        Database db,
        StripeClient stripe,
        AttemptRow attempt,
        string actor,
        Instant now,
        CancellationToken cancel
    )
    {
        var reply = await stripe.GetCheckout(attempt.CheckoutId!, cancel);
        if (reply.Error is { } error)
            throw new StripeUnavailableException($"Checkout {attempt.CheckoutId} cannot be read: {error}");
        await Apply(db, attempt, reply.Value, actor, now);
    }

    public static Task<bool> Apply(Database db, AttemptRow attempt, CheckoutSession seen, string actor, Instant now) =>
        db.Write(
            actor,
            async tx =>
            {
                if (await PaymentTable.Lock(tx, attempt.PaymentId) is not { } locked)
                    return false;
                // Read again now that the lock is held: another may have been faster.
                attempt = (await CheckoutTable.Find(tx, attempt.PaymentId, attempt.Number))!;
                if (await CheckoutTable.Opened(tx, attempt, seen.Id, seen.Url))
                    attempt = attempt with { Status = CheckoutStatus.Open.Word(), CheckoutId = seen.Id };
                else if (attempt.CheckoutId is null && await CheckoutTable.Named(tx, attempt, seen.Id))
                    attempt = attempt with { CheckoutId = seen.Id };
                if (attempt.CheckoutId != seen.Id)
                    throw new StripeMismatchException(
                        $"Attempt {attempt.Key} is checkout {attempt.CheckoutId}, not {seen.Id}."
                    );
                await Apply(tx, locked, attempt, seen, now);
                return true;
            }
        );

    static async Task Apply(Tx tx, LockedPayment locked, AttemptRow attempt, CheckoutSession seen, Instant now)
    {
        switch (seen)
        {
            case { PaymentStatus: "paid" }:
                await Paid(tx, locked, attempt, seen, now);
                break;
            case { Status: "complete" }:
                await CheckoutTable.Completed(tx, attempt);
                await Settle.CheckoutProcessing(tx, locked, now);
                if (seen.PaymentIntent?.Value?.Status is "requires_payment_method" or "canceled")
                    await Settle.CheckoutFailed(tx, (await PaymentTable.Lock(tx, attempt.PaymentId))!, now);
                break;
            case { Status: "expired" }:
                await Dead(tx, locked, attempt, now);
                break;
            case { Status: "open" }:
                // An older answer: by now it is over, and what opens is the next attempt.
                if (attempt.IsLive)
                    await Settle.CheckoutOpened(tx, locked, now);
                break;
            default:
                throw new StripeMismatchException($"Checkout {seen.Id} is {seen.Status}, {seen.PaymentStatus}.");
        }
    }

    static async Task Paid(Tx tx, LockedPayment locked, AttemptRow attempt, CheckoutSession seen, Instant now)
    {
        var payment = locked.Payment;
        // A paid session that is not what was asked for is nobody's seat: a person must look.
        if (
            seen.PaymentIntent is not { Value: { } intent }
            || seen.AmountTotal != payment.Amount
            || intent.AmountReceived != payment.Amount
            || !string.Equals(seen.Currency, payment.Currency, StringComparison.OrdinalIgnoreCase)
            || seen.Livemode != (attempt.Livemode == 1)
            || seen.ClientReferenceId != payment.Id
        )
            throw new StripeMismatchException($"Checkout {seen.Id} is paid and does not fit payment {payment.Id}.");

        await CheckoutTable.Completed(tx, attempt);
        var kept = seen.Kept;
        // A fee in another currency is not ours to convert.
        var fee = string.Equals(kept?.Currency, payment.Currency, StringComparison.OrdinalIgnoreCase) ? kept!.Fee : 0;
        var money = MoneyReceived.ByStripe(intent.Id, intent.AmountReceived, seen.Livemode, Zones.Today(now), fee);
        if (await Settle.Money(tx, locked, money, now) is null)
            await Settle.Fee(tx, payment, money, now);
        else if (kept is null)
            await tx.Send(AskForFee.Unknown, new Notice(intent.Id), now + AskForFee.KnownWithin);
        // An older attempt was paid after all while a newer one is open: that must not be paid too.
        if ((await CheckoutTable.Live(tx, payment.Id)).Count > 0)
            await tx.Send(Settle.CloseCheckout, new Notice(payment.Id), now);
    }

    /// <summary>Stripe has proven that an attempt can never be paid: the next one, where the buyer asked for it, or the end.</summary>
    public static async Task Dead(Tx tx, LockedPayment locked, AttemptRow attempt, Instant now)
    {
        await CheckoutTable.Dead(tx, attempt);
        if ((await CheckoutTable.Live(tx, attempt.PaymentId)).Count > 0)
            return;
        if (
            attempt.Another == 1
            && locked.Reservation.Ending is null
            && MayOpen(locked.Sale, now)
            && await Settle.CheckoutAgain(tx, locked, now) is { } reopened
        )
        {
            await Next(tx, locked with { Payment = reopened }, now);
            return;
        }
        await Settle.CheckoutDead(tx, locked, now);
    }

    /// <summary>A new attempt with a new key and a new deadline, for the outbox to open.</summary>
    public static async Task<AttemptRow> Next(Tx tx, LockedPayment locked, Instant now)
    {
        var attempt = await CheckoutTable.Add(tx, locked.Payment, now);
        await PaymentTable.SetDue(tx, locked.Payment, attempt.ExpiresAt);
        await ReservationTable.KeepForCheckout(tx, locked.Reservation, attempt.ExpiresAt + CheckoutForm.Closing, now);
        await tx.Send(OpenCheckout.Opening, new Notice(locked.Payment.Id), now);
        return attempt;
    }

    /// <summary>Whether a checkout that is opened now would be over before the day begins.</summary>
    public static bool MayOpen(Sale sale, Instant now) => now + CheckoutForm.OpenFor <= sale.BeginsAt;

    /// <summary>Which attempt a session of Stripe's belongs to; null when it is none of ours.</summary>
    public static async Task<AttemptRow?> AttemptOf(Database db, CheckoutSession seen) =>
        await db.Read(async read =>
        {
            if (await CheckoutTable.OfCheckout(read, seen.Id) is { } known)
                return known;
            // Paid before the answer to the call that opened it was noted: the metadata say whose it is.
            return
                AttemptRow.Named(seen) is var (paymentId, number)
                && await CheckoutTable.Find(read, paymentId, number) is { CheckoutId: null } unnoted
                ? unnoted
                : null;
        });
}
