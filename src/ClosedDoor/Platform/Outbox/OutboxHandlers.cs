using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>
/// Acts on one message. It may be called again for the same message, after a kill or a lost lease, so it does nothing
/// that a repetition would make wrong. An exception means 'not now': the message is tried again later.
/// </summary>
public delegate Task OutboxHandler(OutboxMessage message, Delivery delivery);

/// <summary>What a handler acts with.</summary>
/// <param name="Now">When the message was claimed.</param>
/// <param name="LeaseEnds">Fires shortly before another worker may take the message over.</param>
public sealed record Delivery(
    Database Database,
    Settings Settings,
    Mailer Mailer,
    Instant Now,
    CancellationToken LeaseEnds
);

/// <summary>Which message is handled by what, by its kind. The list stands in MessageHandlers.cs.</summary>
public sealed class OutboxHandlers : Dictionary<string, OutboxHandler>
{
    public OutboxHandlers()
        : base(StringComparer.Ordinal) { }

    /// <summary>
    /// Kinds whose handlers ask a provider, which may let them wait for half a minute each: they are claimed and worked on
    /// apart, so that no mail waits behind them.
    /// </summary>
    public HashSet<string> Apart { get; } = new(StringComparer.Ordinal);

    /// <summary>What each loop takes: together everything, and no kind twice.</summary>
    public IReadOnlyList<OutboxKinds> Shares =>
        Apart.Count == 0 ? [OutboxKinds.All] : [new(Apart, Except: true), new(Apart, Except: false)];
}
