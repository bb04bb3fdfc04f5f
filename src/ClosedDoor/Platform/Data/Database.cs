using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// The one way to the data. <c>Read</c> never waits for writers; <c>Write</c> is one transaction that is durable when
/// it answers. Nothing slow or remote happens inside either: that goes to the outbox.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    readonly IEngine _engine;
    readonly Settings _settings;
    readonly IdempotentWrites _idempotent = new();

    static Database() => ColumnTypes.Register();

    Database(IEngine engine, Settings settings) => (_engine, _settings) = (engine, settings);

    /// <summary>
    /// Opens what <see cref="Settings.Database"/> names: PostgreSQL, which is not reached for yet, or a SQLite file.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The file cannot be made or opened, or is no database.</exception>
    public static Database Open(Settings settings) => Open(settings, groupCommit: true);

    /// <param name="settings">Says where.</param>
    /// <param name="groupCommit">False gives every SQLite write a commit of its own, which is what the benchmark compares with.</param>
    internal static Database Open(Settings settings, bool groupCommit) =>
        new(
            settings.IsOnPostgres
                ? new PostgresEngine(settings.Database)
                : SqliteEngine.Open(settings.Database, groupCommit ? SqliteEngine.LargestGroup : 1),
            settings
        );

    /// <summary>
    /// Another number after every commit, so that what was read under one number holds for as long as the number does.
    /// Null on PostgreSQL, where it would cost as much to ask for as the data.
    /// </summary>
    public long? Version => _engine.Version;

    /// <summary>Called after a commit that put messages into the outbox, with their kinds.</summary>
    public Action<IReadOnlyCollection<string>>? MessagesCommitted { get; set; }

    public Task<T> Read<T>(Func<Statements, Task<T>> work) => _engine.Read(work);

    /// <summary>
    /// Runs a caller's use case in one transaction. A refusal rolls everything back. With an idempotency key the
    /// answer is stored in the same commit, and a repetition gets it again without running <paramref name="work"/>.
    /// </summary>
    public Task<Outcome<T>> Write<T>(Caller caller, Func<Tx, Task<Outcome<T>>> work) =>
        Once(caller, () => WriteOnce(caller, work));

    /// <summary>
    /// Runs one of several transactions of a caller's use case, of which each stands for itself; the answer is kept by
    /// <see cref="Write{T}(Caller, Func{Tx, Task{Outcome{T}}})"/> after the last. The first takes the idempotency key, so
    /// that another request under it has no effect, and is refused.
    /// </summary>
    public Task<Outcome<T>> WritePart<T>(Caller caller, Func<Tx, Task<T>> work) =>
        Write<Outcome<T>>(
            caller.Actor,
            async tx =>
                caller.IdempotencyKey is not null && await IdempotentWrites.Claim(tx, caller) is { } refusal
                    ? refusal
                    : await work(tx),
            caller.RequestId
        );

    /// <summary>
    /// The answer that the caller's idempotency key got before; null when it is new or there is none. For a use case that
    /// works long, or has effects (<see cref="WritePart"/>), before the write that keeps its answer:
    /// <see cref="Write{T}(Caller, Func{Tx, Task{Outcome{T}}})"/> finds it too, but then all of that is done.
    /// </summary>
    public async Task<Outcome<T>?> Answered<T>(Caller caller) =>
        caller.IdempotencyKey is null ? null : await Read(read => IdempotentWrites.Earlier<T>(read, caller));

    /// <summary>
    /// Refuses those of several callers whom <paramref name="whom"/> finds by reading, and keeps that under their
    /// idempotency keys in the same transaction. One whose key has an answer already is not among those who are returned:
    /// that answer stands.
    /// </summary>
    public async Task<HashSet<Caller>> Refuse(
        IEnumerable<Caller> callers,
        Refusal refusal,
        Func<Statements, Task<List<Caller>>> whom
    ) =>
        callers.All(caller => caller.IdempotencyKey is null)
            ? [.. await Read(whom)]
            : await _engine.Write(async tx => await IdempotentWrites.KeepIfNew(tx, await whom(tx), refusal));

    /// <summary>
    /// Runs what may write a caller's answer, unless that is under way already under the same idempotency key on this
    /// instance: on another, the transaction that keeps the answer finds it.
    /// </summary>
    public Task<Outcome<T>> Once<T>(Caller caller, Func<Task<Outcome<T>>> work) =>
        caller.IdempotencyKey is null ? work() : _idempotent.Run(caller, work);

    /// <summary>
    /// As <see cref="Once{T}"/>, and not while it is under way on another instance either. Around all parts of a use case
    /// (<see cref="WritePart"/>), so that the same request sent again meanwhile does none of them in its place.
    /// </summary>
    public Task<Outcome<T>> OnceAnywhere<T>(Caller caller, Func<Task<Outcome<T>>> work) =>
        caller.IdempotencyKey is null
            ? work()
            : Once(
                caller,
                () =>
                    _engine.RunAlone(
                        $"{caller.IdempotencyScope} {caller.IdempotencyKey}",
                        work,
                        // Who had the name may have been answered, and the server not know yet that its connection was lost.
                        otherwise: async () => await Answered<T>(caller) ?? Refusals.IdempotencyInProgress
                    )
            );

    /// <summary>
    /// Waits until it is this caller's turn among those of this instance who want the same row. Who has it does one
    /// write, and nothing else.
    /// </summary>
    /// <returns>What ends the turn; null for one who was let go.</returns>
    public ValueTask<IDisposable?> Turn(string row) => _engine.Turns.Next(row);

    /// <summary>All who wait for their turn at this row go on without one: there is nothing left to wait for.</summary>
    public void LetGo(string row) => _engine.Turns.LetGo(row);

    /// <summary>Runs in one transaction what has no answer to keep: of a job, a command, or a request before it is known whose.</summary>
    /// <param name="actor">See <see cref="Tx.Actor"/>.</param>
    /// <param name="work">Statements and nothing else.</param>
    /// <param name="requestId">The request that asked for it, for the audit log; null where none did.</param>
    public async Task<T> Write<T>(string actor, Func<Tx, Task<T>> work, string? requestId = null)
    {
        IReadOnlyCollection<string> sent = [];
        var result = await _engine.Write(async transaction =>
        {
            var tx = new Tx(transaction, _settings, actor, requestId);
            var value = await work(tx);
            sent = tx.Sent;
            return value;
        });
        if (sent.Count > 0)
            MessagesCommitted?.Invoke(sent);
        return result;
    }

    async Task<Outcome<T>> WriteOnce<T>(Caller caller, Func<Tx, Task<Outcome<T>>> work)
    {
        IReadOnlyCollection<string> sent = [];
        var outcome = await _engine.Write<Outcome<T>>(async transaction =>
        {
            var tx = new Tx(transaction, _settings, caller.Actor, caller.RequestId);
            if (caller.IdempotencyKey is not null && await IdempotentWrites.Earlier<T>(tx, caller) is { } earlier)
                return earlier;

            var result = await work(tx);
            sent = result.Refusal is null ? tx.Sent : [];
            if (result.Refusal is not null)
                await transaction.Undo();
            if (caller.IdempotencyKey is not null)
                await IdempotentWrites.Keep(tx, caller, result);
            return result;
        });
        if (sent.Count > 0)
            MessagesCommitted?.Invoke(sent);
        return outcome;
    }

    /// <inheritdoc cref="IEngine.WithItsOwn"/>
    internal string WithItsOwn(string migration) => _engine.WithItsOwn(migration);

    internal Task Migrate(Func<Statements, Task> work) => _engine.Migrate(work);

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
