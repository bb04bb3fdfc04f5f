namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// Between the signal to stop and the end of listening: <c>/readyz</c> already says no, requests are still served. Then
/// the host stops listening and lets running requests end.
/// </summary>
sealed class Drain(Settings settings, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>What runs when the draining is over has this long to end, before it is cut off.</summary>
    static readonly TimeSpan ForWhatRuns = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the host takes a stop to last at the most, the draining included: by itself it ends the process after half
    /// a minute, with whatever is being served.
    /// </summary>
    public static TimeSpan LongestStop(Settings settings) => settings.Drain.ToTimeSpan() + ForWhatRuns;

    public Task StoppingAsync(CancellationToken cancellationToken) =>
        Task.Delay(settings.Drain.ToTimeSpan(), time, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
