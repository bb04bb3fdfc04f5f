using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>What Stripe says of disputes becomes ours.</summary>
static class StripeDisputes
{
    const string Actor = "worker:stripe";

    public static async Task Look(
        Database db,
        StripeClient stripe,
        string disputeId,
        Instant now,
        CancellationToken cancel
    )
    {
        var reply = await stripe.GetDispute(disputeId, cancel);
        if (reply.Error is { Status: 404 })
            return;
        if (reply.Error is { } error)
            throw new StripeUnavailableException($"Dispute {disputeId} cannot be read: {error}");
        var seen = reply.Value;
        // An inquiry moves no money, nor does one that was averted.
        if (
            seen.Status == "prevented"
            || seen.Status.StartsWith("warning_", StringComparison.Ordinal)
            || seen.PaymentIntent is not { } intent
            || await HandleStripeEvent.PaymentOf(db, stripe, intent, now, cancel) is not { } paymentId
        )
            return;
        await db.Write(
            Actor,
            async tx =>
            {
                if (await PaymentTable.Take(tx, paymentId) is not { } taken)
                    return false;
                Instant? evidenceBy = seen.EvidenceDetails?.DueBy is { } due ? Instant.FromUnixTimeSeconds(due) : null;
                await Settle.DisputeOpened(tx, taken, seen.Id, intent, seen.Amount, seen.Reason, evidenceBy, now);
                if (seen.Status is "won" or "lost")
                    await Settle.DisputeClosed(
                        tx,
                        (await PaymentTable.Take(tx, paymentId))!,
                        seen.Id,
                        seen.Status == "won",
                        now
                    );
                return true;
            }
        );
    }
}
