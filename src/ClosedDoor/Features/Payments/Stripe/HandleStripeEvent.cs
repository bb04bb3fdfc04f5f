using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Works on an event of the inbox. It says only where to look: what it is about is read from Stripe, as it is now, and
/// settled. So an event that comes twice, late, or before the one that caused it does no harm.
/// </summary>
static class HandleStripeEvent
{
    static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "checkout.session.completed",
        "checkout.session.expired",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.canceled",
        "refund.created",
        "refund.updated",
        "refund.failed",
        "charge.refunded",
        "charge.updated",
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
    };

    /// <summary>Whether it may change anything here; the rest is acknowledged and forgotten.</summary>
    public static bool Concerns(string type) => Types.Contains(type);

    public static OutboxHandler By(StripeClient stripe) =>
        async (message, delivery) =>
        {
            var db = delivery.Database;
            if (await db.Read(read => StripeEventTable.Find(read, message.SubjectId)) is not { HandledAt: null } one)
                return;
            await Work(db, stripe, one, delivery.Now, delivery.LeaseEnds);
            await db.Write(
                StripeSetup.Actor,
                async tx =>
                {
                    await StripeEventTable.Handled(tx, one.Id, delivery.Now);
                    return true;
                }
            );
        };

    static async Task Work(Database db, StripeClient stripe, EventRow one, Instant now, CancellationToken cancel)
    {
        if (one.Type.StartsWith("checkout.session.", StringComparison.Ordinal))
            await Session(db, stripe, one.ObjectId, declined: false, now, cancel);
        else if (one.Type.StartsWith("charge.dispute.", StringComparison.Ordinal))
            await StripeDisputes.Look(db, stripe, one.ObjectId, now, cancel);
        else if (one.PaymentIntent is not { } intent)
            return; // Nothing that was paid through a checkout.
        // A charge is updated when its money is captured in the background, which is when its fee becomes known.
        else if (one.Type == "charge.updated" || one.Type.StartsWith("payment_intent.", StringComparison.Ordinal))
            await Intent(db, stripe, intent, one.Type == "payment_intent.payment_failed", now, cancel);
        else
            await StripeRefunds.Look(db, stripe, intent, now, cancel);
    }

    /// <summary>The payment that has this payment intent's money; settles it first where that is still to be done. Null when it is none of ours.</summary>
    public static async Task<MoneyTrail?> PaymentOf(
        Database db,
        StripeClient stripe,
        string intent,
        Instant now,
        CancellationToken cancel
    )
    {
        if (await Received() is { } known)
            return known;
        await Intent(db, stripe, intent, declined: false, now, cancel);
        return await Received();

        Task<MoneyTrail?> Received() => db.Read(read => MoneyTrail.Of(read, intent));
    }

    /// <summary>Looks at the checkout of a payment intent; null when it is none of ours.</summary>
    public static async Task<CheckoutSession?> Intent(
        Database db,
        StripeClient stripe,
        string intent,
        bool declined,
        Instant now,
        CancellationToken cancel
    )
    {
        var found = await stripe.FindCheckout(intent, cancel);
        return found.Error is null && found.Value.Data is [var session, ..]
            ? await Session(db, stripe, session.Id, declined, now, cancel)
            : null;
    }

    static async Task<CheckoutSession?> Session(
        Database db,
        StripeClient stripe,
        string id,
        bool declined,
        Instant now,
        CancellationToken cancel
    )
    {
        var reply = await stripe.GetCheckout(id, cancel);
        if (reply.Error is { Status: 404 })
            return null; // Another account's, or none.
        if (reply.Error is { } error)
            throw new StripeUnavailableException($"Checkout {id} cannot be read: {error}");
        if (await Checkouts.AttemptOf(db, reply.Value) is not { } attempt)
            return null; // Somebody else's business in the same account.
        await Checkouts.Apply(db, attempt, reply.Value, StripeSetup.Actor, now);
        if (declined)
            await db.Write(
                StripeSetup.Actor,
                async tx =>
                {
                    if (await PaymentTable.Lock(tx, attempt.PaymentId) is not null)
                        await CheckoutTable.Declined(tx, attempt);
                    return true;
                }
            );
        return reply.Value;
    }
}
