using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>How far the workers are behind.</summary>
public sealed class OutboxLag(Database database)
{
    /// <summary>For how long the oldest message that is due has been waiting; zero when none is. Parked ones wait for a person and do not count.</summary>
    public async Task<Duration> OldestDue(Instant now)
    {
        var due = await database.Read(read =>
            read.Find<long?>("SELECT MIN(due_at) FROM outbox WHERE parked_at IS NULL AND due_at <= @now", new { now })
        );
        return due is { } at ? now - Instant.FromUnixTimeMilliseconds(at) : Duration.Zero;
    }
}
