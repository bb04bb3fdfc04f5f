using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// How much of the money that came may go back: what is left of each receipt, and what stands in a promise's way. Read
/// under the session's lock by whoever promises, sends or pays.
/// </summary>
static class Refundable
{
    /// <summary>What may still be refunded of this payment, in fen.</summary>
    public static async Task<long> Of(Statements read, string paymentId) =>
        (await Receipts(read, paymentId)).Sum(receipt => receipt.Left);

    /// <summary>
    /// What has come and is not promised back, contested or charged back, in fen; below zero where the same money was
    /// promised here and refunded at the provider.
    /// </summary>
    public static async Task<long> StillHere(Statements read, string paymentId) =>
        (await Receipts(read, paymentId)).Sum(receipt => receipt.Amount - receipt.Disputed - receipt.Refunded);

    /// <summary>
    /// What the company has paid for its seat and not got back, in fen: what a refund's percents are of. The books say which
    /// refunds came out of the price, and which out of money beyond it, that was never for the seat. What is promised here
    /// and was refunded at the provider counts once.
    /// </summary>
    public static async Task<long> PaidForSeat(Statements read, PaymentRow payment)
    {
        var outOfPrice = await read.Get<long>(
            """
            SELECT CAST(COALESCE(SUM(CASE WHEN debit = 'sales' THEN amount WHEN credit = 'sales' THEN -amount ELSE 0 END), 0) AS BIGINT)
            FROM ledger WHERE payment_id = @Id AND kind IN ('refund', 'refund_withdrawn')
            """,
            new { payment.Id }
        );
        var twice = await read.Get<long>(
            $"""
            SELECT CAST(COALESCE(SUM(refund.against_amount), 0) AS BIGINT)
            FROM refund JOIN refund AS promise ON promise.id = refund.against
            WHERE refund.payment_id = @Id AND refund.{RefundRow.Live} AND promise.{RefundRow.Live}
            """,
            new { payment.Id }
        );
        return Math.Max(0, Math.Min(payment.Received, payment.Amount) - outOfPrice + twice);
    }

    /// <summary>The receipts of a payment, the latest first, each with what has become of it.</summary>
    public static Task<List<ReceiptLeft>> Receipts(Statements read, string paymentId) =>
        read.All<ReceiptLeft>(
            $"""
            SELECT receipt.*,
                CAST((SELECT COALESCE(SUM(refund.amount), 0) FROM refund
                    WHERE refund.receipt_id = receipt.id AND {RefundRow.Live}) AS BIGINT) AS refunded,
                CAST((SELECT COALESCE(SUM(dispute.amount), 0) FROM dispute
                    WHERE dispute.receipt_id = receipt.id AND dispute.status = 'charged_back') AS BIGINT) AS charged_back,
                CAST((SELECT COALESCE(SUM(dispute.amount), 0) FROM dispute
                    WHERE dispute.receipt_id = receipt.id AND dispute.status = 'disputed') AS BIGINT) AS contested
            FROM receipt WHERE receipt.payment_id = @paymentId 
            ORDER BY receipt.recorded_at DESC, receipt.serial DESC, receipt.account DESC
            """,
            new { paymentId }
        );

    /// <summary>
    /// How much of a promise has gone another way, in fen: refunded at the provider since it was made, or taken back by the
    /// buyer's bank.
    /// </summary>
    public static async Task<long> GoneOtherwise(Statements read, RefundRow promise)
    {
        var receipt = await ReceiptOf(read, promise);
        var beyond = receipt.Refunded + receipt.ChargedBack - receipt.Amount;
        return Math.Min(promise.Amount, Math.Max(beyond, await FulfilledOutside(read, promise)));
    }

    /// <summary>
    /// Of that, what somebody has refunded at the provider, in fen. It was booked as a gift, for at that time the money was
    /// promised.
    /// </summary>
    public static async Task<long> RefundedTwice(Statements read, RefundRow promise)
    {
        var receipt = await ReceiptOf(read, promise);
        return Math.Max(receipt.Refunded - receipt.Amount, await FulfilledOutside(read, promise));
    }

    /// <summary>
    /// Why nothing more is paid under this promise; null when it may be. What has gone another way has gone for good: the
    /// promise is withdrawn, and its rest made anew. What is contested may come back.
    /// </summary>
    public static async Task<Freeze?> Frozen(Statements read, RefundRow promise)
    {
        if (await GoneOtherwise(read, promise) > 0)
            return Freeze.ForGood;
        var receipt = await ReceiptOf(read, promise);
        return receipt.Refunded + receipt.Disputed > receipt.Amount ? Freeze.WhileContested : null;
    }

    /// <summary>
    /// The promise of this receipt's money, not sent yet, that a refund made at the provider fulfils: what a rule gives
    /// before what a person gave, the oldest first.
    /// </summary>
    public static Task<RefundRow?> PromiseOf(Statements read, string receiptId) =>
        read.Find<RefundRow>(
            $"""
            SELECT * FROM refund
            WHERE receipt_id = @receiptId AND because <> 'external' AND {RefundRow.Open} AND status <> 'refund_pending'
                AND amount > {Fulfilled}
            ORDER BY CASE WHEN because = 'goodwill' THEN 1 ELSE 0 END, created_at, id LIMIT 1
            """,
            new { receiptId }
        );

    /// <summary>How much of this promise was refunded at the provider, in fen.</summary>
    public static Task<long> FulfilledOutside(Statements read, RefundRow promise) =>
        read.Get<long>($"SELECT CAST({Fulfilled} AS BIGINT) FROM refund WHERE id = @Id", new { promise.Id });

    const string Fulfilled =
        "(SELECT COALESCE(SUM(outside.against_amount), 0) FROM refund AS outside WHERE outside.against = refund.id AND outside.status <> 'withdrawn')";

    static async Task<ReceiptLeft> ReceiptOf(Statements read, RefundRow refund) =>
        (await Receipts(read, refund.PaymentId)).Single(receipt => receipt.Id == refund.ReceiptId);
}

/// <summary>Why a promise is not paid.</summary>
enum Freeze
{
    /// <summary>The buyer's bank contests the money, and has not decided.</summary>
    WhileContested,

    /// <summary>Some of the money has gone another way.</summary>
    ForGood,
}

static class Freezes
{
    public static Text Say(this Freeze freeze) =>
        freeze is Freeze.WhileContested
            ? new("该笔款项存在争议，待银行裁定。", "This money is contested, and the bank has not decided.")
            : new(
                "该笔款项已在支付机构另行退款，或已被银行扣回：请撤回，余额将重新退款。",
                "This money was refunded at the provider or taken back by the bank: withdraw the refund, and its rest is promised anew."
            );

    public static Refusal Refuse(this Freeze freeze) =>
        Refusals.RefundTooLarge.Because(freeze.Say().Zh, freeze.Say().En);
}

/// <summary>A receipt, and what has become of it, in fen.</summary>
sealed record ReceiptLeft
{
    public string Id { get; init; } = "";
    public string Method { get; init; } = "";
    public string Serial { get; init; } = "";
    public long Amount { get; init; }
    public string PayerName { get; init; } = "";
    public string? PayerAccount { get; init; }

    /// <summary>Promised back, paid back, or refunded at the provider.</summary>
    public long Refunded { get; init; }
    public long Contested { get; init; }
    public long ChargedBack { get; init; }

    public long Disputed => Contested + ChargedBack;

    /// <summary>How much of it may still go back.</summary>
    public long Left => RefundRules.Refundable(Amount, Disputed, Refunded);
}
