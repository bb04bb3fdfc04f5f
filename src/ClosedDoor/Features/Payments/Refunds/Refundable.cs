using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// How much of the money that came may go back: the sums of a payment, and what is left of each receipt. Read under the
/// session's lock by whoever promises, sends or pays.
/// </summary>
static class Refundable
{
    /// <summary>All that decides how the money of a payment stands.</summary>
    public static async Task<SeatMoney> Money(Statements read, string paymentId)
    {
        var facts = await read.Get<Facts>(
            $"""
            SELECT payment.amount AS price, payment.refund_percent, payment.refund_fee,
                {Sum("receipt.amount", "receipt")} AS received,
                {Sum(DisputeRow.Away, "dispute", "dispute.status = 'charged_back'")} AS lost,
                {Sum("dispute.amount", "dispute", "dispute.status = 'disputed'")} AS contested,
                {Sum("refund.amount", "refund", $"refund.{RefundStates.Live}")} AS returned,
                {Sum("refund.out_of_price", "refund", $"refund.{RefundStates.Live}")} AS out_of_price,
                {Sum("refund.given", "refund", $"refund.{RefundStates.Live}")} AS given,
                (SELECT {LedgerSum.Posted(LedgerKind.WriteOff, LedgerKind.Recovery)} FROM ledger
                    WHERE ledger.payment_id = payment.id) AS written_off
            FROM payment WHERE payment.id = @paymentId
            """,
            new { paymentId }
        );
        return new(
            facts.Price,
            facts.Received,
            facts.Lost,
            facts.Contested,
            facts.Returned,
            facts.OutOfPrice,
            facts.Given,
            facts.WrittenOff,
            PaymentRow.TermsOf(facts.RefundPercent, facts.RefundFee)
        );
    }

    /// <summary>What may still be refunded of this payment, in fen: what is here, promised to nobody and not contested.</summary>
    public static async Task<long> Of(Statements read, string paymentId)
    {
        var money = await Money(read, paymentId);
        return Math.Max(0, money.Here - money.Contested);
    }

    /// <summary>What the company has paid for its seat and not got back, in fen; what was written off it has not paid.</summary>
    public static async Task<long> PaidForSeat(Statements read, string paymentId)
    {
        var money = await Money(read, paymentId);
        return Math.Max(0, money.Paid - money.WrittenOff);
    }

    /// <summary>The receipts of a payment, the latest first, each with what has become of it.</summary>
    public static Task<List<ReceiptLeft>> Receipts(Statements read, string paymentId) =>
        read.All<ReceiptLeft>(
            $"""
            SELECT receipt.*,
                CAST((SELECT COALESCE(SUM(refund.amount), 0) FROM refund
                    WHERE refund.receipt_id = receipt.id AND {RefundStates.Live}) AS BIGINT) AS refunded,
                CAST((SELECT COALESCE(SUM({DisputeRow.Away}), 0) FROM dispute
                    WHERE dispute.receipt_id = receipt.id AND dispute.status = 'charged_back') AS BIGINT) AS charged_back,
                CAST((SELECT COALESCE(SUM(dispute.amount), 0) FROM dispute
                    WHERE dispute.receipt_id = receipt.id AND dispute.status = 'disputed') AS BIGINT) AS contested
            FROM receipt WHERE receipt.payment_id = @paymentId
            ORDER BY receipt.recorded_at DESC, receipt.serial DESC, receipt.account DESC
            """,
            new { paymentId }
        );

    /// <summary>Why nothing is paid under this promise now; null when it may be.</summary>
    public static async Task<Refusal?> Frozen(Statements read, RefundRow promise)
    {
        var receipt = (await Receipts(read, promise.PaymentId)).Single(receipt => receipt.Id == promise.ReceiptId);
        return receipt.Contested > 0 && receipt.Refunded + receipt.Contested + receipt.ChargedBack > receipt.Amount
            ? Refusals.RefundTooLarge.Because(
                "该笔款项存在争议，待银行裁定。",
                "This money is contested, and the bank has not decided."
            )
            : null;
    }

    /// <summary>As <see cref="SeatMoney.Here"/>, in SQL.</summary>
    /// <param name="payment">The column that names the payment.</param>
    public static string Here(string payment) =>
        $"""
            {Sum("receipt.amount", "receipt", of: payment)}
                - {Sum(DisputeRow.Away, "dispute", "dispute.status = 'charged_back'", payment)}
                - {Sum("refund.amount", "refund", $"refund.{RefundStates.Live}", payment)}
            """;

    /// <summary>A sum over the rows of a table that belong to a payment, in SQL; 0 where there are none.</summary>
    /// <param name="what">The expression that is summed up.</param>
    /// <param name="table">Whose column <c>payment_id</c> names the payment.</param>
    /// <param name="where">Which of its rows.</param>
    /// <param name="of">The column that names the payment.</param>
    public static string Sum(string what, string table, string where = "1 = 1", string of = "payment.id") =>
        $"CAST((SELECT COALESCE(SUM({what}), 0) FROM {table} WHERE {table}.payment_id = {of} AND {where}) AS BIGINT)";

    sealed record Facts
    {
        public long Price { get; init; }
        public long? RefundPercent { get; init; }
        public long? RefundFee { get; init; }
        public long Received { get; init; }
        public long Lost { get; init; }
        public long Contested { get; init; }
        public long Returned { get; init; }
        public long OutOfPrice { get; init; }
        public long Given { get; init; }
        public long WrittenOff { get; init; }
    }
}

/// <summary>A receipt, and what has become of it, in fen.</summary>
sealed record ReceiptLeft
{
    public string Id { get; init; } = "";
    public string PaymentId { get; init; } = "";
    public string Method { get; init; } = "";
    public string Serial { get; init; } = "";
    public long Amount { get; init; }
    public string PayerName { get; init; } = "";
    public string? PayerAccount { get; init; }

    /// <summary>Promised back, paid back, or refunded at the provider.</summary>
    public long Refunded { get; init; }
    public long Contested { get; init; }
    public long ChargedBack { get; init; }

    /// <summary>How much of it may still go back.</summary>
    public long Left => RefundRules.Refundable(Amount, Contested + ChargedBack, Refunded);

    /// <summary>How much more goes back of it than it has: some of what is promised cannot arrive.</summary>
    public long Overdrawn => Math.Max(0, Refunded + ChargedBack - Amount);
}
