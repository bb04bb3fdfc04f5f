using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Closes every attempt of a payment that may still be paid. The seat is held all the while: it goes once Stripe has said
/// that the session is expired, and stays when it says that it is paid or under way.
/// </summary>
static class CloseCheckout
{
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
        foreach (var attempt in await db.Read(read => ToClose(read, paymentId)))
            await Close(db, stripe, attempt, now, cancel);
    }

    /// <summary>
    /// None, once the buyer has asked for the next attempt: what closes it is a message of its own, and not the repetition
    /// of the one that has closed the attempt before it.
    /// </summary>
    static async Task<List<AttemptRow>> ToClose(Statements read, string paymentId)
    {
        var live = await CheckoutTable.Live(read, paymentId); // First: an attempt that is made after this is not among them.
        return
            live.Count == 0
            || (await PaymentTable.Get(read, paymentId)).State is PaymentStatus.Opening or PaymentStatus.Open
            ? []
            : live;
    }

    static async Task Close(Database db, StripeClient stripe, AttemptRow attempt, Instant now, CancellationToken cancel)
    {
        var id = attempt.CheckoutId;
        if (id is null)
        {
            // The call that opened it may have had its effect without an answer: asked again, it says.
            var call = await OpenCheckout.Call(stripe, attempt, now, cancel);
            if (call.Opened is not { } made)
            {
                // Not listed yet is no proof that there is none. What shows later still nobody knows the address of.
                if (call.KeyIsSpent && now < await db.Read(read => OpenCheckout.AnotherKeyFrom(read, attempt)))
                    throw new StripeUnavailableException(
                        $"Stripe has failed to open {attempt.Key}, and keeps that failure."
                    );
                await db.Write(
                    StripeSetup.Actor,
                    async tx =>
                    {
                        if (await PaymentTable.Lock(tx, attempt.PaymentId) is { } locked)
                            await Checkouts.Dead(tx, locked, attempt, now);
                        return true;
                    }
                );
                return;
            }
            id = made.Id;
        }

        var reply = await Expire(stripe, attempt, id, now, cancel);
        if (reply.Error is not null)
        {
            // It is open no longer. What became of it, only the session itself says: complete is never cancelled.
            reply = await stripe.GetCheckout(id, cancel);
            if (reply.Error is { } error)
                throw new StripeUnavailableException($"Checkout {id} cannot be read: {error}");
            if (reply.Value.Status == "open")
                throw new StripeUnavailableException($"Checkout {id} is open and was not expired.");
        }
        await Checkouts.Apply(db, attempt, reply.Value, StripeSetup.Actor, now);
    }

    /// <summary>It has its effect once under whatever key: where Stripe keeps a failure under the first, another asks anew.</summary>
    static async Task<StripeReply<CheckoutSession>> Expire(
        StripeClient stripe,
        AttemptRow attempt,
        string id,
        Instant now,
        CancellationToken cancel
    )
    {
        var key = $"ex:{attempt.Key}";
        try
        {
            return await stripe.ExpireCheckout(id, key, cancel);
        }
        catch (StripeKeptFailureException)
        {
            var another = FormattableString.Invariant($"{key}.{now.ToUnixTimeMilliseconds()}");
            return await stripe.ExpireCheckout(id, another, cancel);
        }
    }
}
