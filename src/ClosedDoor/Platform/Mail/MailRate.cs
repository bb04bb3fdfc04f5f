using System.Diagnostics;

namespace ClosedDoor.Platform.Mail;

/// <summary>Spaces mails evenly, for all workers of this instance together.</summary>
sealed class MailRate(int perSecond)
{
    readonly Lock _lock = new();
    readonly long _between = Stopwatch.Frequency / perSecond;
    long _next = Stopwatch.GetTimestamp();

    /// <summary>Returns when the next mail may go.</summary>
    public Task Wait(CancellationToken cancel)
    {
        long ticks;
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            var mine = Math.Max(now, _next);
            _next = mine + _between;
            ticks = mine - now;
        }
        return ticks == 0
            ? Task.CompletedTask
            : Task.Delay(TimeSpan.FromSeconds((double)ticks / Stopwatch.Frequency), cancel);
    }
}
