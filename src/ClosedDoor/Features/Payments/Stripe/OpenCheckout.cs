using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Opens a checkout: the request freezes what will be sent, the outbox calls Stripe. A call that got no answer is made
/// again under the same key. Once Stripe refuses the frozen parameters (their expiry has come too near), nothing was
/// opened under that key, and the next attempt follows. It follows, too, a failure that Stripe keeps under the key: that may
/// have opened a session, which is looked for; one that Stripe does not list nobody knows the address of, and should it be
/// paid all the same, its metadata name its attempt.
/// </summary>
static class OpenCheckout
{
    public const string Opening = "checkout.open.v1";

    /// <summary>Stripe forgets idempotency keys after a day.</summary>
    public static readonly Duration KeysKeptFor = Duration.FromHours(24);

    /// <summary>For how long a key with a failure is kept to, and twice as long for each that came before.</summary>
    static readonly Duration KeyIsKeptTo = Duration.FromSeconds(15);

    /// <summary>By how much Stripe's clock may differ from ours.</summary>
    static readonly Duration ClocksDiffer = Duration.FromMinutes(5);

    /// <summary>The payment of a held seat, in the state Opening, and its first attempt. The caller has moved the reservation.</summary>
    public static async Task<PaymentRow> Begin(Tx tx, ReservationRow reservation, Instant now)
    {
        var due = now + CheckoutForm.OpenFor;
        var payment = await PaymentTable.Add(
            tx,
            reservation,
            PaymentMethod.Stripe,
            new Deadline(Zones.Today(due), due, CountedInCalendarDays: false),
            now,
            livemode: StripeSetup.IsLive(tx.Settings)
        );
        await CheckoutTable.Add(tx, payment, now);
        await tx.Send(Opening, new Notice(payment.Id), now);
        return payment;
    }

    /// <summary>
    /// After a declined card: closes the open attempt, and asks for another. Null when there is nothing to do again.
    /// </summary>
    public static async Task<PaymentRow?> BeginAgain(Tx tx, string reservationId, Instant now)
    {
        var open = await tx.Find<string>(
            "SELECT id FROM payment WHERE reservation_id = @reservationId AND status = 'open'",
            new { reservationId }
        );
        if (
            open is null
            || await CheckoutTable.Latest(tx, open) is not { State: CheckoutStatus.Open, Declined: 1 } attempt
            || await PaymentTable.Lock(tx, open) is not { } locked
            || await Settle.CheckoutExpires(tx, locked, now) is not { } expiring
        )
            return null;
        await CheckoutTable.WantAnother(tx, attempt);
        return expiring;
    }

    public static OutboxHandler By(StripeClient stripe) =>
        (message, delivery) => Run(delivery.Database, stripe, message.SubjectId, delivery.Now, delivery.LeaseEnds);

    public static async Task Run(
        Database db,
        StripeClient stripe,
        string paymentId,
        Instant now,
        CancellationToken cancel
    )
    {
        // Twice at the most: parameters that were frozen now are not refused for being old.
        for (var i = 0; i < 2; i++)
        {
            var attempt = await db.Read(async read =>
                (await PaymentTable.Get(read, paymentId)).State is PaymentStatus.Opening
                    ? await CheckoutTable.Latest(read, paymentId)
                    : null
            );
            if (attempt?.Status is not "opening")
                return; // Opened, given up or paid in the meantime.
            var call = await Call(stripe, attempt, now, cancel);
            if (call.Opened is { } opened)
            {
                await Checkouts.Apply(db, attempt, opened, StripeSetup.Actor, now);
                return;
            }
            if (call.KeyIsSpent && now < await db.Read(read => AnotherKeyFrom(read, attempt)))
                throw new StripeUnavailableException(
                    $"Stripe has failed to open {attempt.Key}, and keeps that failure."
                );
            await db.Write(
                StripeSetup.Actor,
                async tx =>
                {
                    if (
                        await PaymentTable.Lock(tx, paymentId) is not { Payment.State: PaymentStatus.Opening } locked
                        || await CheckoutTable.Latest(tx, paymentId) is not { State: CheckoutStatus.Opening } latest
                        || latest.Number != attempt.Number
                    )
                        return false;
                    var tooLate = now + CheckoutForm.Shortest > attempt.ExpiresAt;
                    if ((tooLate || call.KeyIsSpent) && Checkouts.MayOpen(locked.Sale, now))
                    {
                        await CheckoutTable.Dead(tx, latest);
                        await Checkouts.Next(tx, locked, now);
                    }
                    else
                    {
                        await Checkouts.Dead(tx, locked, latest, now);
                    }
                    return true;
                }
            );
        }
    }

    /// <summary>
    /// Each further key is waited for twice as long as the one before: an outage does not use up many, and one that lasts
    /// ends with an attempt that expires before, so that no seat is kept for what cannot be paid.
    /// </summary>
    public static async Task<Instant> AnotherKeyFrom(Statements read, AttemptRow attempt)
    {
        var before = (int)await CheckoutTable.Unanswered(read, attempt.PaymentId) - 1;
        return attempt.CreatedAt + KeyIsKeptTo * (1L << Math.Clamp(before, 0, 16));
    }

    /// <summary>What has become of the call for an attempt.</summary>
    /// <param name="Opened">Null when Stripe says that there is none.</param>
    /// <param name="KeyIsSpent">There is none because Stripe failed, and the same call would get the same failure.</param>
    public readonly record struct CallMade(CheckoutSession? Opened, bool KeyIsSpent = false);

    /// <summary>Asks for the session of an attempt that has no answer yet.</summary>
    /// <exception cref="StripeUnavailableException">Stripe did not say whether there is one.</exception>
    public static async Task<CallMade> Call(
        StripeClient stripe,
        AttemptRow attempt,
        Instant now,
        CancellationToken cancel
    )
    {
        // Its key is forgotten, so the same call would open another one. If the first was opened, it has been over for
        // a day, and nobody was ever told its address.
        if (now - attempt.CreatedAt >= KeysKeptFor)
            return new(null);
        try
        {
            var reply = await stripe.CreateCheckout(attempt.FrozenForm(), $"co:{attempt.Key}", cancel);
            if (reply.Error is not { } error)
                return new(reply.Value);
            return error.IsReusedKey ? throw new StripeUnavailableException(error.ToString()) : new(null);
        }
        catch (StripeKeptFailureException)
        {
            return new(await Find(stripe, attempt, cancel), KeyIsSpent: true);
        }
    }

    /// <summary>The session that a failed call has opened all the same, which the metadata name; null when Stripe lists none.</summary>
    static async Task<CheckoutSession?> Find(StripeClient stripe, AttemptRow attempt, CancellationToken cancel)
    {
        var made = await stripe.ListCheckouts(
            (attempt.CreatedAt - ClocksDiffer).ToUnixTimeSeconds(),
            (attempt.ExpiresAt + ClocksDiffer).ToUnixTimeSeconds(),
            cancel
        );
        if (made.Find(attempt.Has) is not { } found)
            return null;
        var reply = await stripe.GetCheckout(found.Id, cancel);
        return reply.Error is { } error
            ? throw new StripeUnavailableException($"Checkout {found.Id} cannot be read: {error}")
            : reply.Value;
    }
}
