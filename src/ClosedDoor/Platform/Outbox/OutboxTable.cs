using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>A message as a worker holds it, under a lease.</summary>
public sealed record OutboxMessage
{
    public string Id { get; init; } = "";
    public string Kind { get; init; } = "";
    public string Body { get; init; } = "";
    public Instant DueAt { get; init; }
    public long Attempts { get; init; }
    public string Lease { get; init; } = "";

    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, Json.Options)!;

    /// <summary>The id of what the message is about: bodies name things and copy nothing.</summary>
    public string SubjectId => Read<About>().Id;

    /// <summary>Which of its mail's recipients have the mail, by their marks: a few of several had been refused.</summary>
    public IReadOnlyList<string> Reached => Read<Progress>().Reached ?? [];

    /// <summary>The same message, which remembers whom it has reached.</summary>
    public OutboxMessage WithReached(IReadOnlyCollection<string> marks)
    {
        var body = JsonNode.Parse(Body)!.AsObject();
        body[ReachedName] = new JsonArray([.. marks.Select(mark => JsonValue.Create(mark))]);
        return this with { Body = body.ToJsonString(Json.Options) };
    }

    const string ReachedName = "reached";

    sealed record About(string Id);

    sealed record Progress([property: JsonPropertyName(ReachedName)] IReadOnlyList<string>? Reached);
}

/// <summary>
/// What must happen outside the database, written in the transaction that decided it. A message is leased, handled,
/// then deleted by the lease's holder alone, or before anybody holds it: a worker that was too slow finishes nothing
/// that another has taken over.
/// </summary>
static class OutboxTable
{
    /// <summary>Its time has come, and no worker has it.</summary>
    const string Claimable = "parked_at IS NULL AND due_at <= @now AND (lease_until IS NULL OR lease_until <= @now)";

    /// <summary>The message, as long as it is under the lease under which it was claimed.</summary>
    const string StillHeld = "due_at = @DueAt AND id = @Id AND lease = @Lease";

    public static Task Add(Tx tx, string kind, object body, Instant now, Instant dueAt) =>
        tx.Later(
            """
            INSERT INTO outbox (id, kind, body, created_at, due_at, attempts)
            VALUES (@Id, @Kind, @Body, @Now, @DueAt, 0)
            """,
            new
            {
                Id = TypeId.New("msg", now),
                Kind = kind,
                Body = JsonSerializer.Serialize(body, Json.Options),
                Now = now,
                DueAt = dueAt,
            }
        );

    /// <summary>
    /// Takes what is due, the oldest first. The rows to take are chosen once: PostgreSQL may run a subquery anew for each row
    /// that it is joined with, every time passing over what this very statement holds by now, and would claim all that is due.
    /// </summary>
    public static Task<List<OutboxMessage>> Claim(
        Tx tx,
        string lease,
        Instant now,
        Instant leaseEnds,
        int most,
        OutboxKinds kinds
    ) =>
        tx.All<OutboxMessage>(
            $"""
            WITH next AS MATERIALIZED (
                SELECT due_at AS next_due_at, id AS next_id FROM outbox WHERE {Claimable} {kinds.Condition}
                ORDER BY due_at, id LIMIT @most {tx.ForUpdateSkipLocked})
            UPDATE outbox SET lease = @lease, lease_until = @leaseEnds, attempts = attempts + 1
            FROM next WHERE due_at = next_due_at AND id = next_id
            RETURNING id, kind, body, due_at, attempts, lease
            """,
            new
            {
                lease,
                now,
                leaseEnds,
                most = (long)most,
            }
        );

    /// <summary>Of one kind, about one thing: <see cref="OutboxMessage.SubjectId"/>.</summary>
    const string About = "kind = @kind AND body LIKE '%\"id\":\"' || @subjectId || '\"%'";

    /// <summary>
    /// Whether a message of this kind about this may not be out yet: it waits, is parked, or is in a worker's hands. Looks
    /// through all that waits, and so is for what is done rarely.
    /// </summary>
    public static async Task<bool> IsPending(Statements read, string kind, string subjectId) =>
        (await Pending(read, kind, subjectId)).Count > 0;

    /// <summary>The messages of <see cref="IsPending"/>, under no lease.</summary>
    public static Task<List<OutboxMessage>> Pending(Statements read, string kind, string subjectId) =>
        read.All<OutboxMessage>($"SELECT id, kind, body FROM outbox WHERE {About}", new { kind, subjectId });

    /// <summary>
    /// Takes back what no worker has in hand, because a message that is about to be sent says the same. What is in hand may
    /// have been written before; looks through all that waits, and so is for what is done rarely.
    /// </summary>
    public static Task<int> Recall(Tx tx, string kind, string subjectId) =>
        tx.Execute($"DELETE FROM outbox WHERE {About} AND lease IS NULL", new { kind, subjectId });

    /// <summary>Whether there is anything to claim: looking costs no write.</summary>
    public static async Task<bool> AnyDue(Statements read, Instant now, OutboxKinds kinds) =>
        await read.Find<string>(
            $"SELECT id FROM outbox WHERE {Claimable} {kinds.Condition} ORDER BY due_at, id LIMIT 1",
            new { now }
        )
            is not null;

    public static Task<int> Finish(Tx tx, OutboxMessage message) =>
        tx.Execute($"DELETE FROM outbox WHERE {StillHeld}", message);

    public static Task<int> Postpone(Tx tx, OutboxMessage message, Instant dueAgain, string error) =>
        tx.Execute(
            $"""
            UPDATE outbox SET body = @Body, due_at = @dueAgain, lease = NULL, lease_until = NULL, last_error = @error
            WHERE {StillHeld}
            """,
            new
            {
                dueAgain,
                error,
                message.Body,
                message.DueAt,
                message.Id,
                message.Lease,
            }
        );

    /// <summary>Gives back what was claimed and not begun, as if it had not been claimed.</summary>
    public static Task<int> GiveBack(Tx tx, OutboxMessage message) =>
        tx.Execute(
            $"""
            UPDATE outbox SET lease = NULL, lease_until = NULL, attempts = attempts - 1
            WHERE {StillHeld}
            """,
            message
        );

    /// <summary>
    /// When a parked message is due: behind all others, or whoever looks for the next would go through all of these first.
    /// </summary>
    static readonly Instant Never = Instant.FromUtc(9999, 12, 31, 0, 0);

    public static Task<int> Park(Tx tx, OutboxMessage message, Instant now, string error) =>
        tx.Execute(
            $"""
            UPDATE outbox
            SET body = @Body, due_at = @Never, parked_at = @now, lease = NULL, lease_until = NULL, last_error = @error
            WHERE {StillHeld}
            """,
            new
            {
                Never,
                now,
                error,
                message.Body,
                message.DueAt,
                message.Id,
                message.Lease,
            }
        );

    /// <summary>Sets a parked message going again. False when it is not parked.</summary>
    public static async Task<bool> Unpark(Tx tx, string id, Instant now) =>
        await tx.Execute(
            "UPDATE outbox SET parked_at = NULL, attempts = 0, due_at = @now WHERE id = @id AND parked_at IS NOT NULL",
            new { id, now }
        ) == 1;
}
