using System.Text.Json;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Platform.Audit;

/// <summary>
/// An append-only log in chains: each row carries the hash of the row before it in its chain, so that no row can be
/// changed or taken out of the middle unseen. One chain a session, company or account, so that writers to different
/// sessions never wait for each other; a periodic seal chains the heads together. Personal data is referred
/// to by id: erasing a person later breaks no chain.
/// </summary>
static class AuditLog
{
    public const string Genesis = "0000000000000000000000000000000000000000000000000000000000000000";

    public static async Task Append(Tx tx, Instant now, Change change)
    {
        var head = await tx.Find<Head>(
            $"SELECT seq, hash, unsealed FROM audit_head WHERE chain = @Chain {tx.ForUpdate}",
            new { change.Chain }
        );
        var row = new AuditRow
        {
            Chain = change.Chain,
            Seq = (head?.Seq ?? 0) + 1,
            At = now.ToUnixTimeMilliseconds(),
            Actor = tx.Actor,
            Action = change.Action,
            Subject = change.Subject,
            Before = change.Before is null ? null : JsonSerializer.Serialize(change.Before, Json.Options),
            After = change.After is null ? null : JsonSerializer.Serialize(change.After, Json.Options),
            RequestId = tx.RequestId,
            PreviousHash = head?.Hash ?? Genesis,
        };
        row = row with { Hash = HashOf(row) };

        await tx.Later(
            """
            INSERT INTO audit (chain, seq, at, actor, action, subject, before, after, request_id, previous_hash, hash)
            VALUES (@Chain, @Seq, @At, @Actor, @Action, @Subject, @Before, @After, @RequestId, @PreviousHash, @Hash)
            """,
            row
        );
        await tx.Later(
            head is null ? FirstOfChain
                : head.Unsealed == 1 ? NextUnsealed
                : NextAfterSeal,
            row
        );
    }

    const string FirstOfChain = """
        INSERT INTO audit_head (chain, seq, hash, sealed_seq, unsealed) VALUES (@Chain, @Seq, @Hash, 0, 1)
        """;

    const string NextAfterSeal = "UPDATE audit_head SET seq = @Seq, hash = @Hash, unsealed = 1 WHERE chain = @Chain";

    // Names no column of an index: then neither engine writes one.
    const string NextUnsealed = "UPDATE audit_head SET seq = @Seq, hash = @Hash WHERE chain = @Chain";

    /// <summary>A seal vouches for the chain up to this row; never backwards.</summary>
    public static Task MarkSealed(Tx tx, string chain, long seq) =>
        tx.Later(
            """
            UPDATE audit_head SET sealed_seq = @seq, unsealed = CASE WHEN seq > @seq THEN 1 ELSE 0 END
            WHERE chain = @chain AND sealed_seq < @seq
            """,
            new { chain, seq }
        );

    /// <summary>The row's own hash, over every field and the hash of the row before it.</summary>
    public static string HashOf(AuditRow row) =>
        new FieldHash()
            .Add(row.PreviousHash)
            .Add(row.Chain)
            .Add(row.Seq)
            .Add(row.At)
            .Add(row.Actor)
            .Add(row.Action)
            .Add(row.Subject)
            .Add(row.Before)
            .Add(row.After)
            .Add(row.RequestId)
            .Finish();

    sealed record Head
    {
        public long Seq { get; init; }
        public string Hash { get; init; } = "";
        public long Unsealed { get; init; }
    }
}

sealed record AuditRow
{
    public string Chain { get; init; } = "";
    public long Seq { get; init; }
    public long At { get; init; }
    public string Actor { get; init; } = "";
    public string Action { get; init; } = "";
    public string Subject { get; init; } = "";
    public string? Before { get; init; }
    public string? After { get; init; }
    public string? RequestId { get; init; }
    public string PreviousHash { get; init; } = "";
    public string Hash { get; init; } = "";
}
