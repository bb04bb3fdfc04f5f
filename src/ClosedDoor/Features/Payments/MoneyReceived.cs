using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>Money that has come in, as its source tells of it.</summary>
/// <param name="Account">Our account: its number, or <c>stripe:live</c> or <c>stripe:test</c>.</param>
/// <param name="Serial">What tells this money from all other on that account: the bank's serial, the payment intent.</param>
/// <param name="Amount">Fen, before the provider's fee.</param>
/// <param name="Fee">Fen that the provider keeps; 0 while it is not known (<see cref="Settle.Fee"/>).</param>
/// <param name="Origin">The serial under which it came in first, where it stayed here for another payment (<see cref="ApplyRefund"/>).</param>
sealed record MoneyReceived(
    PaymentMethod Method,
    string Account,
    string Serial,
    long Amount,
    string PayerName,
    string? PayerAccount,
    LocalDate ReceivedOn,
    long Fee = 0,
    string? Origin = null
)
{
    /// <summary>What a serial begins with that we gave, because the bank gave none.</summary>
    public const string OwnSerial = "row:";

    public const string StripeLive = "stripe:live";
    public const string StripeTest = "stripe:test";

    /// <summary>A payment intent that has succeeded.</summary>
    public static MoneyReceived ByStripe(
        string paymentIntent,
        long amount,
        bool livemode,
        LocalDate on,
        long fee = 0
    ) =>
        new(
            PaymentMethod.Stripe,
            livemode ? StripeLive : StripeTest,
            paymentIntent,
            amount,
            PayerName: "",
            PayerAccount: null,
            on,
            fee
        );
}
