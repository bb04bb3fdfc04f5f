using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>How far the outbox is behind: what both readiness and the metrics tell.</summary>
/// <param name="Due">Messages whose time has come.</param>
/// <param name="Parked">Messages that were given up, and wait for the organizer.</param>
/// <param name="Lag">How long the oldest due message has waited; zero when none has.</param>
sealed record OutboxLag(long Due, long Parked, Duration Lag)
{
    public static async Task<OutboxLag> Look(Statements db, Instant now)
    {
        var oldest = await db.Get<long?>(
            "SELECT MIN(due_at) FROM outbox WHERE parked_at IS NULL AND due_at <= @now",
            new { now }
        );
        var due = await db.Get<long>(
            "SELECT COUNT(*) FROM outbox WHERE parked_at IS NULL AND due_at <= @now",
            new { now }
        );
        var parked = await db.Get<long>("SELECT COUNT(*) FROM outbox WHERE parked_at IS NOT NULL");
        var lag = oldest is { } at ? now - Instant.FromUnixTimeMilliseconds(at) : Duration.Zero;
        return new(due, parked, Duration.Max(lag, Duration.Zero));
    }
}
