using System.Collections.Concurrent;
using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// Idempotency keys (the Idempotency-Key header): the first answer is stored in the transaction that had the effect, so
/// that neither a lost answer nor a kill between commit and answer makes an effect happen twice.
/// </summary>
sealed class IdempotentWrites
{
    public static readonly Duration KeptFor = Duration.FromHours(24);

    // Only spares this instance the wait: across instances the primary key decides.
    readonly ConcurrentDictionary<(string Caller, string Key), bool> _running = new();

    public async Task<Outcome<T>> Run<T>(Caller caller, Func<Task<Outcome<T>>> write)
    {
        if (caller.IsUnderWay)
            return await write(); // A part of what it was let in for.
        var name = (caller.IdempotencyScope, caller.IdempotencyKey!);
        if (!_running.TryAdd(name, true))
            return Refusals.IdempotencyInProgress;
        try
        {
            caller.IsUnderWay = true;
            return await write();
        }
        finally
        {
            caller.IsUnderWay = false;
            _running.TryRemove(name, out _);
        }
    }

    /// <summary>The answer that this key got before; null when it is new.</summary>
    public static async Task<Outcome<T>?> Earlier<T>(Statements db, Caller caller)
    {
        var row = await db.Find<Row>(
            "SELECT fingerprint, answer FROM idempotency WHERE caller = @IdempotencyScope AND key = @IdempotencyKey",
            new { caller.IdempotencyScope, caller.IdempotencyKey }
        );
        if (row is null)
            return null;
        if (row.Fingerprint != caller.Fingerprint)
            return Refusals.IdempotencyKeyReused;

        var stored = JsonSerializer.Deserialize<Stored<T>>(row.Answer, Json.Options)!;
        // By its code: another release may have written it, in other words.
        caller.Claim = stored.Refusal?.Is(Refusals.IdempotencyInProgress) is true ? row.Answer : null;
        if (caller.Claim is not null)
            return null; // Some of it is done, and none has answered yet: what is done is found done, and the rest follows.
        caller.Replayed = true;
        return stored.Refusal is { } refusal ? refusal : stored.Value!;
    }

    /// <summary>
    /// In the place of an answer: the key is taken for this request, whose effects come in several commits. It is what a
    /// release that knows of no claims may answer in the meantime; as an answer it is never kept.
    /// </summary>
    internal static readonly string Claimed = Written<object>(null, Refusals.IdempotencyInProgress);

    /// <summary>
    /// Takes the key before the answer is known, in the commit that has the first effect. A second request under it waits
    /// here for that commit, on whichever instance it runs, and is refused unless it is the same.
    /// </summary>
    public static async Task<Refusal?> Claim(Tx tx, Caller caller)
    {
        await tx.Execute(
            """
            INSERT INTO idempotency (caller, key, fingerprint, answer, at)
            VALUES (@IdempotencyScope, @IdempotencyKey, @Fingerprint, @Claimed, @At)
            ON CONFLICT (caller, key) DO NOTHING
            """,
            new
            {
                caller.IdempotencyScope,
                caller.IdempotencyKey,
                caller.Fingerprint,
                Claimed,
                At = caller.Now,
            }
        );
        var fingerprint = await tx.Find<string>(
            "SELECT fingerprint FROM idempotency WHERE caller = @IdempotencyScope AND key = @IdempotencyKey",
            new { caller.IdempotencyScope, caller.IdempotencyKey }
        );
        return fingerprint == caller.Fingerprint ? null : Refusals.IdempotencyKeyReused;
    }

    /// <summary>Of two that meet, one fails here, is run again from the start, and finds the other's answer.</summary>
    public static async Task Keep<T>(Tx tx, Caller caller, Outcome<T> outcome)
    {
        if (outcome.Refusal is { } refusal && IsOfTheMoment(refusal))
            return;
        if (caller.Claim is not null) // Not updated: of two who have the claim, one must find no room for its own answer.
            await tx.Later(
                "DELETE FROM idempotency WHERE caller = @IdempotencyScope AND key = @IdempotencyKey AND answer = @Claim",
                new
                {
                    caller.IdempotencyScope,
                    caller.IdempotencyKey,
                    caller.Claim,
                }
            );
        await tx.Later(
            """
            INSERT INTO idempotency (caller, key, fingerprint, answer, at)
            VALUES (@IdempotencyScope, @IdempotencyKey, @Fingerprint, @Answer, @At)
            """,
            new
            {
                caller.IdempotencyScope,
                caller.IdempotencyKey,
                caller.Fingerprint,
                Answer = Written(outcome.Refusal is null ? outcome.Value : default, outcome.Refusal),
                At = caller.Now,
            }
        );
    }

    /// <summary>
    /// Keeps one refusal, which had no effect, for several callers by one statement. Those for whom it holds: who have no
    /// key, or a new one; an earlier answer stays.
    /// </summary>
    public static async Task<HashSet<Caller>> KeepIfNew(Statements tx, List<Caller> callers, Refusal refusal)
    {
        if (IsOfTheMoment(refusal))
            return [.. callers];
        var kept = await tx.All<Name>(
            $"""
            INSERT INTO idempotency (caller, key, fingerprint, answer, at)
            SELECT value ->> 'caller', value ->> 'key', value ->> 'fingerprint', @answer, CAST(value ->> 'at' AS BIGINT)
            FROM {tx.ElementsOf("@callers")} WHERE 1 = 1
            ON CONFLICT (caller, key) DO NOTHING
            RETURNING caller, key
            """,
            new
            {
                answer = Written<object>(null, refusal),
                callers = JsonSerializer.Serialize(
                    callers
                        .Where(caller => caller.IdempotencyKey is not null)
                        .Select(caller => new
                        {
                            caller = caller.IdempotencyScope,
                            key = caller.IdempotencyKey,
                            fingerprint = caller.Fingerprint,
                            at = caller.Now.ToUnixTimeMilliseconds(),
                        })
                ),
            }
        );
        var names = kept.ToHashSet();
        return
        [
            .. callers.Where(caller =>
                caller.IdempotencyKey is not { } key
                || names.Contains(new() { Caller = caller.IdempotencyScope, Key = key })
            ),
        ];
    }

    static string Written<T>(T? value, Refusal? refusal) =>
        JsonSerializer.Serialize(new Stored<T>(value, refusal), Json.Options);

    /// <summary>
    /// Whether it says who the caller was or how busy the service: after signing in, or later, the same request may well
    /// succeed. What the rules of the business refuse is an answer, whatever its status.
    /// </summary>
    static bool IsOfTheMoment(Refusal refusal) =>
        refusal.Is(Refusals.Forbidden) || Problems.StatusOf(refusal) is 401 or 429 or >= 500;

    /// <summary>How many answers go in one transaction, more or less: few enough that nobody waits for it.</summary>
    public const int ForgottenAtOnce = 500;

    /// <summary>Deletes the oldest of those that have stood for long enough.</summary>
    /// <returns>How many; fewer than <see cref="ForgottenAtOnce"/> when there are no more.</returns>
    public static Task<int> Forget(Tx tx, Instant now) =>
        // By the time of the last that may go, and those of the same millisecond with it: either engine finds these by the index.
        tx.Execute(
            $"""
            DELETE FROM idempotency WHERE at <= COALESCE(
                (SELECT at FROM idempotency WHERE at <= @last ORDER BY at LIMIT 1 OFFSET {ForgottenAtOnce - 1}), @last)
            """,
            new { last = now - KeptFor - Duration.FromMilliseconds(1) }
        );

    sealed record Stored<T>(T? Value, Refusal? Refusal);

    sealed record Name
    {
        public string Caller { get; init; } = "";
        public string Key { get; init; } = "";
    }

    sealed record Row
    {
        public string Fingerprint { get; init; } = "";
        public string Answer { get; init; } = "";
    }
}
