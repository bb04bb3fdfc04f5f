using System.Collections.Concurrent;
using System.Security.Cryptography;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>
/// Claims messages that are due, hands them to their handlers, and finishes them. Any number of workers may run at
/// once. After a kill between handling and finishing, the lease runs out and another worker handles the message again: at
/// most a batch of them, whose mails keep their Message-ID. To finish each by itself would cost the database, which has one
/// writer, a write for every mail of every day, to spare some mails their repetition on the day of a kill.
/// </summary>
public sealed partial class OutboxWorker(
    Database database,
    OutboxHandlers handlers,
    Mailer mailer,
    Settings settings,
    IClock clock,
    ILogger<OutboxWorker> log
)
{
    /// <summary>How long a claimed message is this worker's own. Long enough for a batch of slow mails.</summary>
    public static readonly Duration LeaseFor = Duration.FromMinutes(5);

    /// <summary>A handler is stopped this long before the lease ends, so that two workers rarely act on one message.</summary>
    static readonly Duration LeaseMargin = Duration.FromSeconds(20);

    /// <summary>Claimed and finished together: one write each.</summary>
    const int BatchSize = 32;

    /// <summary>Most of a handler's time is waiting for a mail server.</summary>
    const int AtOnce = 4;

    /// <summary>Who stands in the audit log for what the worker, or a handler of its, has written.</summary>
    public const string Actor = "worker:outbox";

    /// <summary>Handles one batch. When <paramref name="stopping"/> fires, what is in hand is finished and the rest given back.</summary>
    /// <returns>How many messages were claimed; 0 when nothing is due.</returns>
    public async Task<int> RunBatch(Instant now, OutboxKinds kinds, CancellationToken stopping = default)
    {
        if (!await database.Read(read => OutboxTable.AnyDue(read, now, kinds)))
            return 0;
        using var leaseEnds = new CancellationTokenSource((LeaseFor - LeaseMargin).ToTimeSpan());
        return await RunBatch(now, kinds, leaseEnds.Token, stopping);
    }

    /// <param name="now">When the lease begins.</param>
    /// <param name="kinds">What is claimed.</param>
    /// <param name="leaseEnds">Fires when it has all but run out: what is not begun by then is given back.</param>
    /// <param name="stopping">Fires when the service stops.</param>
    internal async Task<int> RunBatch(
        Instant now,
        OutboxKinds kinds,
        CancellationToken leaseEnds,
        CancellationToken stopping
    )
    {
        var batch = await Claim(now, kinds);
        var delivery = new Delivery(database, settings, mailer, now, leaseEnds);
        var results = new ConcurrentBag<(OutboxMessage Message, Result Result)>();
        await Parallel.ForEachAsync(
            batch,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (message, _) =>
                results.Add(
                    (
                        message,
                        stopping.IsCancellationRequested || leaseEnds.IsCancellationRequested
                            ? new Result(NotBegun: true)
                            : await Handle(message, delivery)
                    )
                )
        );
        // From now: after a batch of slow mails those that failed would otherwise be due again at once.
        var end = Instant.Max(now, clock.GetCurrentInstant());
        // In one order everywhere: two workers that finish the same messages never wait for each other crosswise.
        await Finish([.. results.OrderBy(result => result.Message.Id, StringComparer.Ordinal)], end);
        return batch.Count;
    }

    /// <summary>Takes a batch for this worker alone, the oldest first.</summary>
    internal async Task<List<OutboxMessage>> Claim(Instant now, OutboxKinds kinds)
    {
        var lease = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var batch = await database.Write(
            Actor,
            tx => OutboxTable.Claim(tx, lease, now, now + LeaseFor, BatchSize, kinds)
        );
        batch.Sort((left, right) => string.CompareOrdinal(left.Id, right.Id));
        return batch;
    }

    async Task<Result> Handle(OutboxMessage message, Delivery delivery)
    {
        // Claimed once more than allowed: each of its attempts ended with the process, and this one would too.
        if (message.Attempts > Retries.Most)
            return new Result(Error: "Every attempt ended with a stopped process or a lost lease.");

        // During an upgrade an older instance meets kinds of the newer one: it leaves them for later, and a kind that
        // nobody knows is parked in the end like any other failure.
        if (!handlers.TryGetValue(message.Kind, out var handler))
            return new Result(Error: $"No handler for {message.Kind}.");
        try
        {
            await handler(message, delivery);
            return new Result();
        }
        catch (Exception e)
        {
            LogFailed(e, message.Kind, message.Id, message.Attempts);
            return new Result(Error: Retries.Describe(e), Reached: (e as PartlySentException)?.Reached);
        }
    }

    internal async Task Finish(IReadOnlyList<(OutboxMessage Message, Result Result)> results, Instant now)
    {
        var lost = await database.Write(
            Actor,
            async tx =>
            {
                var without = 0;
                foreach (var (message, result) in results)
                    without +=
                        1
                        - await Finish(
                            tx,
                            result.Reached is { } reached ? message.WithReached(reached) : message,
                            result,
                            now
                        );
                return without;
            }
        );
        if (lost > 0)
            LogLost(lost);
    }

    /// <summary>0 when another worker has taken the message over in the meantime: what becomes of it is its matter.</summary>
    static Task<int> Finish(Tx tx, OutboxMessage message, Result result, Instant now) =>
        result switch
        {
            { NotBegun: true } => OutboxTable.GiveBack(tx, message),
            { Error: null } => OutboxTable.Finish(tx, message),
            { Error: { } error } when message.Attempts >= Retries.Most => OutboxTable.Park(tx, message, now, error),
            { Error: { } error } => OutboxTable.Postpone(
                tx,
                message,
                now + Retries.Wait(message.Attempts, Random.Shared.NextDouble()),
                error
            ),
        };

    /// <param name="Error">Null when the handler succeeded.</param>
    /// <param name="Reached">Where a mail went to some of its recipients, by their marks; else null.</param>
    internal readonly record struct Result(
        bool NotBegun = false,
        string? Error = null,
        IReadOnlyCollection<string>? Reached = null
    );

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Id} ({Kind}) failed at attempt {Attempt}")]
    partial void LogFailed(Exception error, string kind, string id, long attempt);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} messages took longer than their lease")]
    partial void LogLost(int count);
}
