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
    /// A refund that somebody made at the provider without us, already paid. The organizer decides about the seat; what it
    /// makes of our promises, <see cref="OutsideRefund"/> says. Null when it is recorded, is one of ours, or the receipt is not
    /// this payment's.
    /// </summary>
    /// <param name="serial">The payment intent that it is of.</param>
    public static async Task<RefundRow?> External(
        Tx tx,
        LockedPayment locked,
        string providerRefundId,
        string serial,
        long amount,
        Instant now
    )
    {
        var payment = locked.Payment;
        if (
            await RefundTable.OfProvider(tx, providerRefundId) is not null
            || (await Refundable.Receipts(tx, payment.Id)).Find(one => one.Serial == serial) is not { } receipt
        )
            return null;

        var promises = await NotSetOut(tx, payment.Id);
        var plan = OutsideRefund.Of(
            amount,
            new(receipt.Id, receipt.Amount, receipt.Refunded, receipt.ChargedBack),
            await Refundable.Money(tx, payment.Id),
            payment.State.IsAwaited(),
            [
                .. promises.Select(row => new UnsentPromise(
                    row.Id,
                    row.ReceiptId,
                    row.Amount,
                    row.IsGift,
                    row.OutOfPrice > 0
                )),
            ]
        );
        foreach (var promise in plan.Withdrawn)
            await Drop(tx, payment, Row(promise), now);
        var outside = From(tx, payment, receipt) with
        {
            Status = RefundStatus.ExternalRefund.Word(),
            Because = RefundCause.External.Word(),
            Amount = amount,
            ProviderRefundId = providerRefundId,
            OutOfPrice = plan.OutOfPrice,
            Given = plan.Given,
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
        foreach (var (gift, left) in plan.Rests)
            await GiveAgain(tx, payment, Row(gift), left, now);
        await tx.Send(MadeOutside, new Notice(outside.Id), now);
        await Settle.Balance(tx, locked, now);
        return outside;

        RefundRow Row(UnsentPromise promise) => promises.Single(row => row.Id == promise.Id);
    }

    /// <summary>
    /// A promise that the provider was asked for, and that has not left after all: what somebody has refunded there
    /// meanwhile took its place, though it was counted as given beside ours, which seemed to be on its way; or, of a gift, as
    /// nothing, where both were more than there was. Ours is withdrawn; what is left of a gift is promised anew, and what is left of
    /// what a rule gives, by the caller.
    /// </summary>
    /// <returns>Whether it is withdrawn.</returns>
    static async Task<bool> StoodIn(Tx tx, PaymentRow payment, RefundRow promise, Instant now)
    {
        var left = promise.Amount;
        var meanwhile = await MadeMeanwhile(tx, promise);
        // Read once: ours still counts in full, and what is counted as given below would count beside it.
        var money = await Refundable.Money(tx, payment.Id);
        var undue = money.ShortBy(
            meanwhile.Sum(one => one.Amount),
            meanwhile.Sum(one => one.OutOfPrice),
            meanwhile.Sum(one => one.Given)
        );
        foreach (var outside in meanwhile)
        {
            if (promise.IsGift)
            {
                var (brought, ofUndue) = await StoodInForGift(tx, promise, outside, left, undue, money.Terms, now);
                left -= brought;
                undue -= ofUndue;
            }
            else
                left -= await StoodInForDue(tx, outside, left, now);
        }
        if (left == promise.Amount)
            return false;
        await Drop(tx, payment, promise, now);
        if (promise.IsGift)
            await GiveAgain(tx, payment, promise, left, now);
        return true;
    }

    /// <summary>What a rule gives was brought by it: so much of it was no gift.</summary>
    /// <returns>How much, in fen.</returns>
    static async Task<long> StoodInForDue(Tx tx, RefundRow outside, long most, Instant now)
    {
        var part = Math.Min(most, await CountedAsGiven(tx, outside));
        if (part > 0)
            await RefundTable.CountAsGiven(tx, outside, outside.OutOfPrice - part, outside.Given, now);
        return part;
    }

    /// <summary>
    /// Of the same receipt it brought the gift: what of it is counted as given, and what was counted as nothing, because with
    /// ours on its way that was more than there is. While the seat stands, what of that is more than the gift was given too.
    /// Once it is gone, that came out of what is due by its end, and no more than the gift is counted as given.
    /// </summary>
    /// <param name="most">What of the gift nothing has brought yet, in fen.</param>
    /// <param name="undue">What has left undue, and stands for nothing yet, in fen.</param>
    /// <param name="terms">By which the seat was given up.</param>
    /// <returns>How much of the gift it brought, and how much of it had been counted as nothing, in fen.</returns>
    static async Task<(long Brought, long OfUndue)> StoodInForGift(
        Tx tx,
        RefundRow gift,
        RefundRow outside,
        long most,
        long undue,
        RefundTerms? terms,
        Instant now
    )
    {
        if (outside.ReceiptId != gift.ReceiptId)
            return (0, 0);
        var counted = await CountedAsGiven(tx, outside);
        var uncounted = Math.Min(undue, outside.Amount - outside.OutOfPrice - outside.Given);
        if (terms is not null)
            uncounted = Math.Clamp(most - counted, 0, uncounted);
        var ofPrice = gift.OutOfPrice > 0 ? uncounted : 0;
        if (uncounted > 0)
            await RefundTable.CountAsGiven(
                tx,
                outside,
                outside.OutOfPrice + ofPrice,
                outside.Given + uncounted - ofPrice,
                now
            );
        return (Math.Min(most, counted + uncounted), uncounted);
    }

    /// <summary>How much of it is counted as given out of the price, and stands for no gift that we had promised, in fen.</summary>
    static async Task<long> CountedAsGiven(Tx tx, RefundRow outside) =>
        Math.Max(0, outside.OutOfPrice - await InPlaceOfGifts(tx, outside));

    /// <summary>
    /// What was refunded at the provider since this promise was last let through to it, the oldest first: before that, it would
    /// have been withdrawn; or it was with the provider or paid, and what was refunded beside it was another thing.
    /// </summary>
    static Task<List<RefundRow>> MadeMeanwhile(Tx tx, RefundRow promise) =>
        tx.All<RefundRow>(
            """
            SELECT * FROM refund
            WHERE payment_id = @PaymentId AND status = 'external_refund' AND created_at >= @since
            ORDER BY created_at, id
            """,
            new { promise.PaymentId, since = promise.LetThroughAt ?? promise.CreatedAt }
        );

    /// <summary>
    /// How much of it has, at most, taken the place of gifts that were promised when it was made. Of none that somebody has
    /// withdrawn since: that one is given no more, whatever was refunded at the provider.
    /// </summary>
    static Task<long> InPlaceOfGifts(Tx tx, RefundRow outside) =>
        tx.Get<long>(
            """
            SELECT CAST(COALESCE(SUM(gift.amount), 0) AS BIGINT) FROM refund AS gift
            WHERE gift.payment_id = @PaymentId AND gift.because = 'goodwill' AND gift.created_at <= @CreatedAt AND EXISTS
                (SELECT 1 FROM ledger WHERE ledger.subject = gift.id AND ledger.kind = 'refund_withdrawn'
                    AND ledger.at >= @CreatedAt
                    AND NOT EXISTS (SELECT 1 FROM account WHERE account.id = ledger.actor)
                    AND NOT EXISTS (SELECT 1 FROM api_key WHERE api_key.id = ledger.actor))
            """,
            new { outside.PaymentId, outside.CreatedAt }
        );

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
                await GiveAgain(tx, payment, promise, promise.Amount - missing, now);
        }
    }

    /// <summary>What is left of a gift, promised anew as it was given.</summary>
    static Task<IReadOnlyList<RefundRow>> GiveAgain(
        Tx tx,
        PaymentRow payment,
        RefundRow gift,
        long left,
        Instant now
    ) => Request(tx, payment, new(left, gift.Cause, gift.Note) { By = gift.RequestedBy, RestOf = gift }, now);

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
            SELECT * FROM refund WHERE payment_id = @paymentId AND {RefundStates.Open} AND status <> 'refund_pending' AND asked = 0
            ORDER BY CASE WHEN because = 'goodwill' THEN 1 ELSE 0 END, created_at, id
            """,
            new { paymentId }
        );
}
