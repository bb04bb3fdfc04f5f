using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// A refund after a fapiao was issued needs a red-letter (红字) record before its payout closes: until then it is neither
/// sent nor recorded as paid.
/// </summary>
static class RedLetterGate
{
    /// <summary>Why this refund must wait; null when it may go.</summary>
    public static async Task<Refusal?> Closed(Statements read, RefundRow refund) =>
        await read.Find<string>(
            """
            SELECT id FROM fapiao WHERE payment_id = @PaymentId AND status = 'issued'
                AND NOT EXISTS (SELECT 1 FROM red_letter WHERE red_letter.refund_id = @Id)
            """,
            new { refund.PaymentId, refund.Id }
        )
            is null
            ? null
            : Refusals.RedLetterNeeded;
}
