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
            || await HandleStripeEvent.PaymentOf(db, stripe, intent, now, cancel) is not { } at
        )
            return;
        // Taken for another payment between this look and the lock, it is contested there.
        while (!await Apply(db, at, seen, intent, now))
        {
            if (await db.Read(read => MoneyTrail.Of(read, intent)) is not { } moved)
                return;
            at = moved;
        }
    }

    /// <summary>False when the money is not there any more.</summary>
    static Task<bool> Apply(Database db, MoneyTrail at, StripeDispute seen, string intent, Instant now) =>
        db.Write(
            Actor,
            async tx =>
            {
                if (await PaymentTable.Take(tx, at.PaymentId) is not { } taken || await MoneyTrail.Of(tx, intent) != at)
                    return false;
                Instant? evidenceBy = seen.EvidenceDetails?.DueBy is { } due ? Instant.FromUnixTimeSeconds(due) : null;
                await Settle.DisputeOpened(tx, taken, seen.Id, at.Serial, seen.Amount, seen.Reason, evidenceBy, now);
                // A fee in another currency is not ours to convert.
                var fee = (seen.BalanceTransactions ?? [])
                    .Where(one =>
                        string.Equals(one.Currency, taken.Payment.Currency, StringComparison.OrdinalIgnoreCase)
                    )
                    .Sum(one => one.Fee);
                await Settle.DisputeFee(tx, taken, seen.Id, fee, now);
                if (seen.Status is "won" or "lost")
                    await Settle.DisputeClosed(
                        tx,
                        (await PaymentTable.Take(tx, at.PaymentId))!,
                        seen.Id,
                        seen.Status == "won" || seen.IsReinstated,
                        now
                    );
                return true;
            }
        );
}
