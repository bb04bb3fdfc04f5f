using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Asks Stripe for a refund that stands in our books already. Its key is made of the refund's id, and its metadata name it; once
/// Stripe may have forgotten the key, its refunds are listed and matched before any is asked for again.
/// </summary>
static class SendRefund
{
    public static OutboxHandler By(StripeClient stripe) =>
        (message, delivery) => Run(delivery.Database, stripe, message.SubjectId, delivery.Now, delivery.LeaseEnds);

    public static async Task Run(
        Database db,
        StripeClient stripe,
        string refundId,
        Instant now,
        CancellationToken cancel
    )
    {
        if (await Due(db, refundId) is not { } found)
            return;
        var looked = now - found.CreatedAt >= OpenCheckout.KeysKeptFor;
        if (looked)
            await StripeRefunds.Look(db, stripe, found.Intent, now, cancel);
        var may = await db.Write(
            StripeSetup.Actor,
            async tx =>
            {
                if (looked)
                    await Refunding.NotListed(tx, refundId, now);
                return await Refunding.MaySend(tx, refundId, now);
            }
        );
        if (!may || await Due(db, refundId) is not { } due)
            return;

        var form = new StripeForm()
            .Add("payment_intent", due.Intent)
            .Add("amount", due.Amount)
            .Add($"metadata[{StripeRefunds.Metadata}]", refundId)
            .Add($"metadata[{StripeRefunds.Try}]", StripeRefunds.TryOf(due.Version));
        var reply = await stripe.CreateRefund(form, due.Key, cancel);
        if (reply.Error is not { } error)
        {
            await StripeRefunds.Apply(db, due.Intent, reply.Value, now);
            return;
        }
        if (error.IsReusedKey)
            throw new StripeUnavailableException(error.ToString());

        // Somebody may have refunded it in the dashboard: then Stripe's list says so, and finance decides about ours.
        await StripeRefunds.Look(db, stripe, due.Intent, now, cancel);
        await db.Write(
            StripeSetup.Actor,
            async tx =>
                await Refunding.Lock(tx, refundId) is { Refund.State: RefundStatus.RefundDue } locked
                && await Refunding.Failed(tx, locked, error.ToString(), now) is not null
        );
    }

    static Task<DueRefund?> Due(Database db, string refundId) =>
        db.Read(read =>
            read.Find<DueRefund>(
                """
                SELECT refund.id, refund.because, refund.amount, refund.failure, refund.created_at, refund.version,
                    receipt.amount AS received, COALESCE(receipt.origin, receipt.serial) AS intent,
                    CASE WHEN receipt.origin IS NOT NULL OR EXISTS (SELECT 1 FROM refund AS earlier
                        WHERE earlier.receipt_id = receipt.id AND earlier.id <> refund.id AND earlier.because <> 'external'
                            AND (earlier.provider_refund_id IS NOT NULL OR earlier.failure IS NOT NULL))
                        THEN 1 ELSE 0 END AS tried
                FROM refund JOIN receipt ON receipt.id = refund.receipt_id
                WHERE refund.id = @refundId AND refund.status = 'refund_due' AND receipt.method = 'stripe'
                    AND refund.by_hand = 0
                """,
                new { refundId }
            )
        );

    sealed record DueRefund
    {
        public string Id { get; init; } = "";
        public string Because { get; init; } = "";
        public long Amount { get; init; }
        public long Received { get; init; }
        public string? Failure { get; init; }
        public Instant CreatedAt { get; init; }
        public long Version { get; init; }

        /// <summary>1 when Stripe may have been asked for another refund of this money before.</summary>
        public long Tried { get; init; }
        public string Intent { get; init; } = "";

        bool IsAllThatCameLate => Because == RefundCause.NoSeat.Word() && Amount == Received && Tried == 0;

        /// <summary>
        /// What failed and is sent once more is another request: under the first key Stripe would repeat the failure. Money
        /// that came too late goes back whole and once, whatever refund says so: its key is the money's, until Stripe has
        /// said something of it under that.
        /// </summary>
        public string Key =>
            Failure is not null ? FormattableString.Invariant($"rf:{Id}:{Version}")
            : IsAllThatCameLate ? $"rf:late:{Intent}"
            : $"rf:{Id}";
    }
}
