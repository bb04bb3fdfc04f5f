using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>
/// Runs the outbox worker while the service runs: at once when this instance commits a message, and every second for
/// those of other instances and those that have become due. Each share of the kinds goes round by itself, at its own pace.
/// A failure is logged, and the loop goes on.
/// </summary>
sealed partial class OutboxLoop(
    OutboxWorker worker,
    OutboxHandlers handlers,
    Database database,
    IClock clock,
    ILogger<OutboxLoop> log
) : BackgroundService
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    readonly List<(OutboxKinds Kinds, SemaphoreSlim Committed)> _shares =
    [
        .. handlers.Shares.Select(kinds => (kinds, new SemaphoreSlim(0))),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        database.MessagesCommitted += Wake;
        try
        {
            await Task.WhenAll(_shares.Select(share => Repeat(share.Kinds, share.Committed, stoppingToken)));
        }
        finally
        {
            database.MessagesCommitted -= Wake;
        }
    }

    async Task Repeat(OutboxKinds kinds, SemaphoreSlim committed, CancellationToken stopping)
    {
        try
        {
            await Task.Yield(); // The host's start does not wait for what is already due.
            while (!stopping.IsCancellationRequested)
            {
                await Drain(kinds, stopping);
                await committed.WaitAsync(Poll, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service stops; what was in hand is finished.
        }
    }

    public override void Dispose()
    {
        foreach (var (_, committed) in _shares)
            committed.Dispose();
        base.Dispose();
    }

    async Task Drain(OutboxKinds kinds, CancellationToken stopping)
    {
        try
        {
            // The time is read again for every batch: a long backlog must not make leases that have already ended.
            while (
                !stopping.IsCancellationRequested
                && await worker.RunBatch(clock.GetCurrentInstant(), kinds, stopping) > 0
            ) { }
        }
        catch (Exception e)
        {
            LogFailed(e);
            await Task.Delay(Poll, stopping);
        }
    }

    /// <summary>Only whom it concerns: looking for the few of one share passes over all that is due of the other.</summary>
    void Wake(IReadOnlyCollection<string> sent)
    {
        try
        {
            foreach (var (kinds, committed) in _shares)
            {
                if (committed.CurrentCount == 0 && sent.Any(kinds.Contains))
                    committed.Release();
            }
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
