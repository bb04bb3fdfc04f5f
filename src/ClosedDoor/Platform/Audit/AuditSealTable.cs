using System.Text.Json;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;

namespace ClosedDoor.Platform.Audit;

/// <summary>Where a chain ended when it was sealed.</summary>
sealed record SealedHead(string Chain, long Seq, string Hash);

/// <summary>One seal: it vouches for the heads in it, and for the seal before it.</summary>
sealed record AuditSeal
{
    public long Number { get; init; }
    public long At { get; init; }

    /// <summary>A JSON list of <see cref="SealedHead"/>.</summary>
    public string Heads { get; init; } = "";
    public string PreviousHash { get; init; } = "";
    public string Hash { get; init; } = "";

    public string ComputedHash => new FieldHash().Add(PreviousHash).Add(Number).Add(At).Add(Heads).Finish();

    public const string Select = "SELECT number, at, heads, previous_hash, hash FROM audit_seal";
}

static class AuditSealTable
{
    /// <summary>False when another instance has made the seal of this number: nothing is written.</summary>
    public static async Task<bool> Add(Tx tx, AuditSeal? last, IReadOnlyList<SealedHead> heads, long at)
    {
        var seal = new AuditSeal
        {
            Number = (last?.Number ?? 0) + 1,
            At = at,
            Heads = JsonSerializer.Serialize(heads, Json.Options),
            PreviousHash = last?.Hash ?? AuditLog.Genesis,
        };
        seal = seal with { Hash = seal.ComputedHash };
        return await tx.Execute(
                """
                INSERT INTO audit_seal (number, at, heads, previous_hash, hash)
                VALUES (@Number, @At, @Heads, @PreviousHash, @Hash)
                ON CONFLICT (number) DO NOTHING
                """,
                seal
            ) == 1;
    }
}
