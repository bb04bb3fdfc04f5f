using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// Money that goes another way than we promised it: somebody refunds it in the provider's dashboard, or the buyer's bank
/// takes it back. Promises of it that have not set out are withdrawn, and what is still due is promised anew.
/// </summary>
static partial class Refunding
{
    /// <summary>Somebody has refunded at the provider: finance is told.</summary>
    public const string MadeOutside = "refund.external.v1";

    /// <summary>A promise whose money has gone another way, and that finance gave or may be about to wire: finance is told.</summary>
    public const string Dropped = "refund.dropped.v1";

    /// <summary>
    /// A refund that somebody made at the provider without us, already paid. The organizer decides about the seat. It takes
    /// the place of what is promised and has not set out: what a rule gives, of the same receipt before others, then what a
    /// person gave of this one. What it goes beyond that comes out of the price while the seat stands; afterwards nothing was due, and it
    /// is set off against what comes (<see cref="SeatMoney.Short"/>). Null when it is recorded, is one of ours, or the receipt
    /// is not this payment's.
    /// </summary>
    /// <param name="serial">The payment intent that it is of.</param>
    public static async Task<RefundRow?> External(
        Tx tx,
        TakenPayment taken,
        string providerRefundId,
        string serial,
        long amount,
        Instant now
    )
    {
        var payment = taken.Payment;
        if (
            await RefundTable.OfProvider(tx, providerRefundId) is not null
            || (await Refundable.Receipts(tx, payment.Id)).Find(one => one.Serial == serial) is not { } receipt
        )
            return null;

        var promises = (await NotSetOut(tx, payment.Id)).ToLookup(promise => promise.IsGift);
        var left = amount;
        foreach (var promise in promises[false].OrderBy(one => one.ReceiptId != receipt.Id).TakeWhile(_ => left > 0))
        {
            await Drop(tx, payment, promise, now);
            left -= promise.Amount;
        }
        var money = await Refundable.Money(tx, payment.Id);
        left = amount - Math.Clamp(money.Here - money.Retained, 0, amount);

        var again = new List<(RefundRow Gift, long Left)>();
        var (outOfPrice, given) = (0L, 0L);
        foreach (
            var gift in promises[true]
                .Where(one => one.ReceiptId == receipt.Id)
                .TakeWhile(_ => outOfPrice + given < left)
        )
        {
            await Drop(tx, payment, gift, now);
            var part = Math.Min(gift.Amount, left - outOfPrice - given);
            if (gift.OutOfPrice > 0)
                outOfPrice += part;
            else
                given += part;
            again.Add((gift, gift.Amount - part));
        }
        if (payment.State.IsAwaited())
            (outOfPrice, given) = (0, 0);
        else if (payment.Terms is null)
            outOfPrice = await OutOfPrice(tx, receipt, amount, left);
        var outside = From(tx, payment, receipt) with
        {
            Status = RefundStatus.ExternalRefund.Word(),
            Because = RefundCause.External.Word(),
            Amount = amount,
            ProviderRefundId = providerRefundId,
            OutOfPrice = outOfPrice,
            Given = given,
        };
        outside = await Promise(tx, payment, outside, now);
        await LedgerTable.Post(
            tx,
            Posting.Payout(outside.Way, outside.Amount),
            outside.Id,
            LedgerScope.Of(payment),
            outside.Currency,
            now,
            again: true
        );
        foreach (var (gift, rest) in again)
            await Request(tx, payment, rest, gift.Cause, gift.Note, now, gift.RequestedBy, gift);
        await tx.Send(MadeOutside, new Notice(outside.Id), now);
        await Settle.Balance(tx, taken, now);
        return outside;
    }

    /// <summary>
    /// What nothing was promised for is given; but where the receipt has not so much, one of ours that has set out cannot
    /// arrive, and this one stands in for it.
    /// </summary>
    static async Task<long> OutOfPrice(Tx tx, ReceiptLeft receipt, long amount, long left)
    {
        var now = (await Refundable.Receipts(tx, receipt.PaymentId)).Single(one => one.Id == receipt.Id);
        var cannotArrive = Math.Max(0, now.Refunded + amount + now.ChargedBack - now.Amount);
        return Math.Max(0, left - cannotArrive);
    }

    /// <summary>
    /// Withdraws promises that have not set out and whose money is not there: more goes back of their receipt than it has, or,
    /// of what a rule gave, more than is due. Of a gift the rest is promised anew; what a rule still gives, the caller promises.
    /// </summary>
    internal static async Task WithdrawUncovered(Tx tx, PaymentRow payment, Instant now)
    {
        foreach (var promise in await NotSetOut(tx, payment.Id))
        {
            var receipt = (await Refundable.Receipts(tx, payment.Id)).Single(one => one.Id == promise.ReceiptId);
            var missing = receipt.Overdrawn;
            if (!promise.IsGift)
                missing = Math.Max(missing, (await Refundable.Money(tx, payment.Id)).Short);
            if (missing == 0)
                continue;
            await Drop(tx, payment, promise, now);
            if (promise.IsGift)
                await Request(
                    tx,
                    payment,
                    promise.Amount - missing,
                    promise.Cause,
                    promise.Note,
                    now,
                    promise.RequestedBy,
                    promise
                );
        }
    }

    /// <summary>Withdraws a promise that nobody has taken back: who would miss it, or pay it all the same, must hear of it.</summary>
    static async Task Drop(Tx tx, PaymentRow payment, RefundRow promise, Instant now)
    {
        await Withdraw(tx, payment, promise, now);
        if (promise.IsGift || promise is { ByHand: 1, State: RefundStatus.RefundDue or RefundStatus.ManualPayout })
            await tx.Send(Dropped, new Notice(promise.Id), now);
    }

    /// <summary>What is promised, and neither with the provider nor let through to it: what a rule gives first, the oldest first.</summary>
    static Task<List<RefundRow>> NotSetOut(Tx tx, string paymentId) =>
        tx.All<RefundRow>(
            $"""
            SELECT * FROM refund WHERE payment_id = @paymentId AND {RefundRow.Open} AND status <> 'refund_pending' AND asked = 0
            ORDER BY CASE WHEN because = 'goodwill' THEN 1 ELSE 0 END, created_at, id
            """,
            new { paymentId }
        );
}
