using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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
            $"SELECT seq, hash FROM audit_head WHERE chain = @Chain {tx.ForUpdate}",
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

        await tx.Execute(
            """
            INSERT INTO audit (chain, seq, at, actor, action, subject, before, after, request_id, previous_hash, hash)
            VALUES (@Chain, @Seq, @At, @Actor, @Action, @Subject, @Before, @After, @RequestId, @PreviousHash, @Hash)
            """,
            row
        );
        await tx.Execute(
            """
            INSERT INTO audit_head (chain, seq, hash, sealed_seq) VALUES (@Chain, @Seq, @Hash, 0)
            ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, hash = excluded.hash
            """,
            row
        );
    }

    /// <summary>SHA-256 over every field, each preceded by its length so that no two rows read the same.</summary>
    public static string HashOf(AuditRow row)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(row.PreviousHash);
        Add(row.Chain);
        AddNumber(row.Seq);
        AddNumber(row.At);
        Add(row.Actor);
        Add(row.Action);
        Add(row.Subject);
        Add(row.Before);
        Add(row.After);
        Add(row.RequestId);
        Span<byte> digest = stackalloc byte[32];
        hash.GetHashAndReset(digest);
        return Convert.ToHexStringLower(digest);

        void Add(string? text)
        {
            AddNumber(text is null ? -1 : Encoding.UTF8.GetByteCount(text));
            if (text is not null)
                hash.AppendData(Encoding.UTF8.GetBytes(text));
        }

        void AddNumber(long number)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, number);
            hash.AppendData(bytes);
        }
    }

    sealed record Head
    {
        public long Seq { get; init; }
        public string Hash { get; init; } = "";
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
