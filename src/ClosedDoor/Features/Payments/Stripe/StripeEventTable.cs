using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// The inbox: each of Stripe's events once, for good. Stripe repeats deliveries for three days and lists events for
/// thirty, so that a cache of some minutes would let a repetition through.
/// </summary>
static class StripeEventTable
{
    public const string Received = "stripe.event.v1";

    /// <summary>False when it is here already.</summary>
    public static async Task<bool> Add(Tx tx, StripeEvent one, Instant now)
    {
        var added = await tx.Execute(
            """
            INSERT INTO stripe_event (id, type, object_id, payment_intent, received_at)
            VALUES (@Id, @Type, @ObjectId, @PaymentIntentId, @now)
            ON CONFLICT (id) DO NOTHING
            """,
            new
            {
                one.Id,
                one.Type,
                one.ObjectId,
                one.PaymentIntentId,
                now,
            }
        );
        if (added == 1)
            await tx.Send(Received, new Notice(one.Id), now);
        return added == 1;
    }

    public static Task Handled(Tx tx, string id, Instant now) =>
        tx.Execute("UPDATE stripe_event SET handled_at = @now WHERE id = @id AND handled_at IS NULL", new { id, now });

    public static Task<EventRow?> Find(Statements read, string id) =>
        read.Find<EventRow>(
            "SELECT id, type, object_id, payment_intent, handled_at FROM stripe_event WHERE id = @id",
            new { id }
        );
}

sealed record EventRow
{
    public string Id { get; init; } = "";
    public string Type { get; init; } = "";
    public string ObjectId { get; init; } = "";
    public string? PaymentIntent { get; init; }
    public Instant? HandledAt { get; init; }
}
