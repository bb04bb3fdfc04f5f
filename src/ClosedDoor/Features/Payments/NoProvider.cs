using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Payments;

/// <summary>Where no payment provider is set up, nothing of it can be acted on: the message waits, and is parked in sight.</summary>
static class NoProvider
{
    /// <exception cref="InvalidOperationException">Always.</exception>
    public static Task Handle(OutboxMessage message, Delivery delivery) =>
        throw new InvalidOperationException("No payment provider is set up.");
}
