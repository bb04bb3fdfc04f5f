using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// A refund of what a fapiao was issued for needs a red-letter (红字) record before its payout closes: until then it is
/// neither sent nor recorded as paid. Which ones do, <see cref="RedLetters"/> says.
/// </summary>
static class RedLetterGate
{
    /// <summary>Why this refund must wait; null when it may go.</summary>
    public static async Task<Refusal?> Closed(Statements read, RefundRow refund) =>
        (await Due(read, refund.PaymentId)).Contains(refund.Id) ? Refusals.RedLetterNeeded : null;

    /// <summary>The refunds of this payment that need a red letter and have none, in the order in which they were made.</summary>
    public static async Task<List<string>> Due(Statements read, string paymentId)
    {
        var refunds = await read.All<Row>(
            $"""
            SELECT refund.id, refund.amount, refund.status, refund.asked, fapiao.amount AS invoiced,
                CASE WHEN {Covered} THEN 1 ELSE 0 END AS covered,
                CASE WHEN EXISTS (SELECT 1 FROM red_letter WHERE red_letter.refund_id = refund.id) THEN 1 ELSE 0 END AS lettered
            FROM refund JOIN fapiao ON fapiao.payment_id = refund.payment_id AND fapiao.status = 'issued'
            WHERE refund.payment_id = @paymentId
            ORDER BY refund.created_at, refund.id
            """,
            new { paymentId }
        );
        if (refunds.Count == 0)
            return [];
        var money = await Refundable.Money(read, paymentId);
        return
        [
            .. RedLetters.Due(
                money.Received - money.Lost - money.Contested,
                refunds[0].Invoiced,
                [.. refunds.Select(refund => refund.Seen)]
            ),
        ];
    }

    /// <summary>Which refunds of a payment its fapiao's amount covers, in SQL.</summary>
    public static readonly string Covered =
        $"refund.{RefundStates.Live} AND refund.because <> 'overpaid' AND NOT EXISTS (SELECT 1 FROM fapiao_without WHERE fapiao_without.refund_id = refund.id)";

    sealed record Row
    {
        public string Id { get; init; } = "";
        public long Amount { get; init; }
        public string Status { get; init; } = "";
        public long Asked { get; init; }
        public long Invoiced { get; init; }
        public long Covered { get; init; }
        public long Lettered { get; init; }

        public InvoicedRefund Seen
        {
            get
            {
                var state = Words.Parse<RefundStatus>(Status);
                return new(
                    Id,
                    Amount,
                    IsCovered: Covered == 1,
                    HasLetter: Lettered == 1,
                    HasLeft: state is RefundStatus.RefundPending
                        || state.HasGoneBack()
                        || (state is RefundStatus.RefundDue && Asked == 1),
                    IsWithdrawn: state is RefundStatus.Withdrawn
                );
            }
        }
    }
}
