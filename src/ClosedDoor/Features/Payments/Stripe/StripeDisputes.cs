using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>What Stripe says of disputes becomes ours.</summary>
static class StripeDisputes
{
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
    internal static Task<bool> Apply(Database db, MoneyTrail at, StripeDispute seen, string intent, Instant now) =>
        db.Write(
            StripeSetup.Actor,
            async tx =>
            {
                if (
                    await PaymentTable.Lock(tx, at.PaymentId) is not { } locked
                    || await MoneyTrail.Of(tx, intent) != at
                )
                    return false;
                Instant? evidenceBy = seen.EvidenceDetails?.DueBy is { } due ? Instant.FromUnixTimeSeconds(due) : null;
                await Settle.DisputeOpened(
                    tx,
                    locked,
                    new(seen.Id, at.Serial, seen.Amount, seen.Reason, evidenceBy),
                    now
                );
                foreach (var moved in seen.BalanceTransactions ?? [])
                {
                    // A fee in another currency is not ours to convert.
                    if (string.Equals(moved.Currency, locked.Payment.Currency, StringComparison.OrdinalIgnoreCase))
                        await Settle.DisputeFee(tx, locked, seen.Id, moved.Id, moved.Fee, now);
                }
                if (seen.Status is "won" or "lost")
                    await Settle.DisputeClosed(
                        tx,
                        (await PaymentTable.Lock(tx, at.PaymentId))!,
                        seen.Id,
                        seen.Status == "won" || seen.IsReinstated,
                        now
                    );
                if (seen.Status == "lost" && seen.CameBack > 0)
                    await Settle.DisputePartlyReinstated(
                        tx,
                        (await PaymentTable.Lock(tx, at.PaymentId))!,
                        seen.Id,
                        seen.CameBack,
                        now
                    );
                return true;
            }
        );
}
