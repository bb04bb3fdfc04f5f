using NodaTime;

namespace ClosedDoor.Tests.Given;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class FakeTime(Instant start) : TimeProvider
{
    long _milliseconds = start.ToUnixTimeMilliseconds();

    public Instant Now => Instant.FromUnixTimeMilliseconds(Interlocked.Read(ref _milliseconds));

    public void Advance(Duration by) => Interlocked.Add(ref _milliseconds, (long)by.TotalMilliseconds);

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.FromUnixTimeMilliseconds(Interlocked.Read(ref _milliseconds));
}
