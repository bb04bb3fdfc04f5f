using System.Globalization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>What Stripe says of refunds becomes ours: of those that we asked for, and of those that somebody made in its dashboard.</summary>
static class StripeRefunds
{
    /// <summary>Where a refund at Stripe names ours.</summary>
    public const string Metadata = "refund";

    /// <summary>Where it says which of our tries it is.</summary>
    public const string Try = "try";

    /// <summary>Every refund of a payment intent, as Stripe has it now.</summary>
    public static async Task Look(
        Database db,
        StripeClient stripe,
        string intent,
        Instant now,
        CancellationToken cancel
    )
    {
        if (await HandleStripeEvent.PaymentOf(db, stripe, intent, now, cancel) is null)
            return;
        var refunds = await stripe.ListRefunds(intent, cancel);
        refunds.Reverse(); // The oldest first.
        foreach (var seen in refunds)
            await Apply(db, intent, seen, now);
    }

    public static Task Apply(Database db, string intent, StripeRefund seen, Instant now) =>
        db.Write(
            StripeSetup.Actor,
            async tx =>
            {
                // One that was withdrawn and has left all the same is what it is: made at the provider, and not by us.
                if (
                    await Ours(tx, intent, seen) is not { Refund: var ours } locked
                    || (ours.State is RefundStatus.Withdrawn && ours.ProviderRefundId != seen.Id)
                )
                    return seen.Status != "succeeded" || await External(tx, intent, seen, now);
                if (seen.Amount != ours.Amount)
                    throw new StripeMismatchException(
                        $"Refund {seen.Id} is of {seen.Amount}, refund {ours.Id} of {ours.Amount}."
                    );
                await Apply(tx, locked, seen, now);
                return true;
            }
        );

    /// <summary>
    /// Which of ours it is, with its session locked: a reconciler may withdraw it until then, and what Stripe says of it would
    /// be said of nothing. Null when it is none of ours.
    /// </summary>
    static async Task<LockedRefund?> Ours(Tx tx, string intent, StripeRefund seen)
    {
        var ours = seen.Metadata?.GetValueOrDefault(Metadata) is { } id ? await RefundTable.Find(tx, id) : null;
        ours ??= await RefundTable.OfProvider(tx, seen.Id);
        return ours is not null && await MoneyTrail.Leads(tx, ours.ReceiptId, intent)
            ? await Refunding.Lock(tx, ours.Id)
            : null;
    }

    /// <summary>Somebody else's, of money that may be taken for another payment at this moment: looked for until it stands still.</summary>
    static async Task<bool> External(Tx tx, string intent, StripeRefund seen, Instant now)
    {
        while (await MoneyTrail.Of(tx, intent) is { } at)
        {
            if (await PaymentTable.Lock(tx, at.PaymentId) is not { } payment)
                return false;
            if (await MoneyTrail.Of(tx, intent) != at)
                continue;
            await Refunding.External(tx, payment, seen.Id, at.Serial, seen.Amount, now);
            return true;
        }
        return false;
    }

    static async Task Apply(Tx tx, LockedRefund locked, StripeRefund seen, Instant now)
    {
        var ours = locked.Refund;
        if (ours.ByHand == 1 || HasFailed(ours, seen))
            return; // Finance pays it since it failed at Stripe, or it is tried anew: that failure is known.
        switch (seen.Status)
        {
            case "pending" or "requires_action":
                await Refunding.Sent(tx, locked, seen.Id, now);
                break;
            case "succeeded":
                await Refunding.Succeeded(tx, locked, now, seen.Id);
                break;
            case "failed" or "canceled" when !IsOfAnEarlierTry(ours, seen):
                await Refunding.Failed(tx, locked, seen.FailureReason ?? seen.Status, now, seen.Id);
                break;
        }
    }

    /// <summary>
    /// That this very one has failed is known, and at Stripe no refund comes back from that: what says otherwise was read
    /// before it failed, by a worker that was slower than the one that read the failure.
    /// </summary>
    static bool HasFailed(RefundRow ours, StripeRefund seen) =>
        ours.State is RefundStatus.RefundFailed or RefundStatus.RefundDue && ours.ProviderRefundId == seen.Id;

    /// <summary>
    /// It has failed, is known to have failed, and is being sent once more: the old failure says nothing of the new try, which
    /// names itself (<see cref="Try"/>).
    /// </summary>
    static bool IsOfAnEarlierTry(RefundRow ours, StripeRefund seen) =>
        ours.ProviderRefundId is { } known
        && (
            ours.State is RefundStatus.RefundDue
                ? seen.Metadata?.GetValueOrDefault(Try) != TryOf(ours.Version)
                : known != seen.Id
        );

    /// <summary>The version of ours with which it was asked for.</summary>
    public static string TryOf(long version) => version.ToString(CultureInfo.InvariantCulture);
}
