using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// What Stripe keeps of a payment may not be known when it is paid: captured in the background, which is Stripe's default, it
/// gets its balance transaction, and with it its fee, within the hour. The event <c>charge.updated</c> tells of that; where
/// none came, Stripe is asked here.
/// </summary>
static class AskForFee
{
    /// <summary>The notice's id is the payment intent's.</summary>
    public const string Unknown = "payment.fee_unknown.v1";

    /// <summary>By then Stripe has told of it, says its documentation of asynchronous capture.</summary>
    public static readonly Duration KnownWithin = Duration.FromHours(1);

    public static OutboxHandler By(StripeClient stripe) =>
        async (message, delivery) =>
        {
            var intent = message.SubjectId;
            if (await delivery.Database.Read(read => Settle.KnowsFee(read, intent)))
                return;
            var seen = await HandleStripeEvent.Intent(
                delivery.Database,
                stripe,
                intent,
                declined: false,
                delivery.Now,
                delivery.LeaseEnds
            );
            // It is asked again, and parked in sight in the end.
            if (seen is { Kept: null })
                throw new StripeUnavailableException($"What is kept of {intent} is not known yet.");
        };
}
