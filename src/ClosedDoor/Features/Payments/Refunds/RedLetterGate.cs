using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// A refund of what a fapiao was issued for needs a red-letter (红字) record before its payout closes: until then it is
/// neither sent nor recorded as paid. What the fapiao never held, because it was paid beyond the price or refunded before,
/// needs none.
/// </summary>
static class RedLetterGate
{
    /// <summary>Why this refund must wait; null when it may go.</summary>
    public static async Task<Refusal?> Closed(Statements read, RefundRow refund) =>
        await read.Find<string>(
            $"""
            SELECT fapiao.id FROM fapiao JOIN refund ON refund.payment_id = fapiao.payment_id
            WHERE refund.id = @Id AND fapiao.payment_id = @PaymentId AND fapiao.status = 'issued' AND {Needed}
                AND NOT EXISTS (SELECT 1 FROM red_letter WHERE red_letter.refund_id = refund.id)
            """,
            new { refund.PaymentId, refund.Id }
        )
            is null
            ? null
            : Refusals.RedLetterNeeded;

    /// <summary>Which refunds of a payment its fapiao's amount holds, in SQL.</summary>
    public const string Needed =
        "refund.status <> 'withdrawn' AND refund.because <> 'overpaid' AND NOT EXISTS (SELECT 1 FROM fapiao_without WHERE fapiao_without.refund_id = refund.id)";
}
