namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// Between the signal to stop and the end of listening: <c>/readyz</c> already says no, requests are still served. Then
/// the host stops listening and lets running requests end.
/// </summary>
sealed class Drain(Settings settings, TimeProvider time) : IHostedLifecycleService
{
    public Task StoppingAsync(CancellationToken cancellationToken) =>
        Task.Delay(settings.Drain.ToTimeSpan(), time, cancellationToken);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
