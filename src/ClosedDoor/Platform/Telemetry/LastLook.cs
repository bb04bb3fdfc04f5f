using System.Diagnostics;
using NodaTime;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// What was seen last of something that takes long to look at, and longer the more there is. One look at a time, beside
/// whoever asks: after the first, nobody waits for it. A minute apart, and so far that at most a sixtieth of the time is
/// spent looking.
/// </summary>
sealed class LastLook<T>
    where T : class
{
    static readonly Duration Least = Duration.FromMinutes(1);
    const int TimesItsOwn = 60;

    readonly Lock _gate = new();
    Task _looking = Task.CompletedTask;
    T? _seen;
    Instant _at;
    Duration _holdsFor;

    /// <param name="now">The time.</param>
    /// <param name="patience">How long to wait for the first look.</param>
    /// <param name="look">How it is done.</param>
    /// <returns>Null while there is none yet.</returns>
    /// <exception cref="Exception">What the first look threw. A later one that fails is made again when next asked.</exception>
    public async Task<T?> At(Instant now, TimeSpan patience, Func<Task<T>> look)
    {
        Task looking;
        lock (_gate)
        {
            var holds = _seen is not null && now >= _at && now - _at < _holdsFor;
            if (!holds && _looking.IsCompleted)
                _looking = Task.Run(() => Look(now, look)); // SQLite's reads keep the thread that they begin on.
            if (_seen is not null)
                return _seen;
            looking = _looking;
        }
        if (await Task.WhenAny(looking, Task.Delay(patience)) == looking)
            await looking;
        lock (_gate)
            return _seen;
    }

    async Task Look(Instant now, Func<Task<T>> look)
    {
        var began = Stopwatch.GetTimestamp();
        var seen = await look();
        var took = Duration.FromTimeSpan(Stopwatch.GetElapsedTime(began));
        lock (_gate)
            (_seen, _at, _holdsFor) = (seen, now, Duration.Max(Least, took * TimesItsOwn));
    }
}
