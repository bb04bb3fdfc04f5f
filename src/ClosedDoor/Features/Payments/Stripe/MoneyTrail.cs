using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Where the money of a payment intent is now: with the payment that it was received for, or with another to which it was
/// taken at its company's wish (<see cref="ApplyRefund"/>). What the provider says of that money is said of this payment.
/// </summary>
sealed record MoneyTrail
{
    public string PaymentId { get; init; } = "";

    /// <summary>Of the receipt there.</summary>
    public string Serial { get; init; } = "";

    /// <summary>Null when the intent brought nothing that is known.</summary>
    public static Task<MoneyTrail?> Of(Statements read, string intent) =>
        read.Find<MoneyTrail>(
            $"""
            SELECT receipt.payment_id, receipt.serial FROM receipt
            WHERE receipt.account IN ('{MoneyReceived.StripeLive}', '{MoneyReceived.StripeTest}')
                AND (receipt.serial = @intent OR receipt.origin IS NOT NULL AND receipt.origin = @intent)
                AND NOT EXISTS (SELECT 1 FROM refund WHERE refund.receipt_id = receipt.id AND refund.applied_to IS NOT NULL)
            """,
            new { intent }
        );

    /// <summary>Whether this receipt's money is the intent's.</summary>
    public static async Task<bool> Leads(Statements read, string receiptId, string intent) =>
        await read.Find<string>(
            "SELECT id FROM receipt WHERE id = @receiptId AND (serial = @intent OR origin = @intent)",
            new { receiptId, intent }
        )
            is not null;
}
