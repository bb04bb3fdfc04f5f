using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Tests;

/// <summary>The outbox worked by a test, at a time of its choosing, and all kinds of messages alike.</summary>
static class OutboxRuns
{
    /// <summary>Handles everything that is due at <paramref name="now"/>.</summary>
    /// <returns>How many messages were handled, whether they succeeded or will be tried again.</returns>
    public static async Task<int> RunOnce(this OutboxWorker worker, Instant now, CancellationToken stopping = default)
    {
        var handled = 0;
        while (!stopping.IsCancellationRequested)
        {
            var batch = await worker.RunBatch(now, OutboxKinds.All, stopping);
            if (batch == 0)
                break;
            handled += batch;
        }
        return handled;
    }

    public static Task<List<OutboxMessage>> Claim(this OutboxWorker worker, Instant now) =>
        worker.Claim(now, OutboxKinds.All);
}
