using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>
/// Runs the outbox worker while the service runs: at once when this instance commits a message, and every second for
/// those of other instances and those that have become due. A failure is logged, and the loop goes on.
/// </summary>
sealed partial class OutboxLoop(OutboxWorker worker, Database database, IClock clock, ILogger<OutboxLoop> log)
    : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _committed = new(0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        database.MessagesCommitted += Wake;
        try
        {
            await Task.Yield(); // The host's start does not wait for what is already due.
            while (!stoppingToken.IsCancellationRequested)
            {
                await Drain(stoppingToken);
                await _committed.WaitAsync(Poll, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops; what was in hand is finished.
        }
        finally
        {
            database.MessagesCommitted -= Wake;
        }
    }

    public override void Dispose()
    {
        _committed.Dispose();
        base.Dispose();
    }

    async Task Drain(CancellationToken stopping)
    {
        try
        {
            // The time is read again for every batch: a long backlog must not make leases that have already ended.
            while (!stopping.IsCancellationRequested && await worker.RunBatch(clock.GetCurrentInstant(), stopping) > 0)
            { }
        }
        catch (Exception e)
        {
            LogFailed(e);
            await Task.Delay(Poll, stopping);
        }
    }

    void Wake()
    {
        try
        {
            if (_committed.CurrentCount == 0)
                _committed.Release();
        }
        catch (ObjectDisposedException)
        {
            // The service stops, and what was committed just now is handled after its next start.
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The outbox could not be worked on; it is tried again in a second"
    )]
    partial void LogFailed(Exception error);
}
