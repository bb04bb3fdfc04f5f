using NodaTime;

namespace ClosedDoor.Platform;

/// <summary>
/// NodaTime's clock over the one <see cref="TimeProvider"/>. Whole milliseconds, which is what the database keeps:
/// an instant that was stored and read again equals the one in memory.
/// </summary>
sealed class SystemTime(TimeProvider time) : IClock
{
    public Instant GetCurrentInstant() => Instant.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
}
