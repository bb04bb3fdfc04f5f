using System.Text.Json;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;

namespace ClosedDoor.Platform.Audit;

/// <summary>Walks all seals in their order, and looks up every head that they vouch for.</summary>
/// <param name="database">The log.</param>
/// <param name="unvouched">By chain, the row up to which a seal must vouch for it. What a seal vouches for is taken out.</param>
sealed class VerifySeals(Database database, Dictionary<string, long> unvouched)
{
    const int BatchSize = 100;

    public long Seals { get; private set; }
    public string? LastHash { get; private set; }

    public async Task<Breach?> Run()
    {
        while (true)
        {
            var after = Seals;
            var seals = await database.Read(read =>
                read.All<AuditSeal>(
                    $"{AuditSeal.Select} WHERE number > @after ORDER BY number LIMIT {BatchSize}",
                    new { after }
                )
            );
            if (seals.Count == 0)
                break;
            foreach (var seal in seals)
            {
                if (Check(seal) is { } breach)
                    return breach;
                if (await CheckHeads(seal) is { } missing)
                    return missing;
                Seals = seal.Number;
                LastHash = seal.Hash;
            }
        }
        // A seal that was taken off the end, with nothing after it to miss it.
        foreach (var (chain, seq) in unvouched.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            return new Breach(
                $"seal {Seals + 1}",
                $"it is missing: row {seq} of chain {chain} is marked as sealed and no seal names it"
            );
        return null;
    }

    Breach? Check(AuditSeal seal)
    {
        if (seal.Number != Seals + 1)
            return new Breach($"seal {Seals + 1}", $"it is missing: seal {seal.Number} comes next");
        if (seal.ComputedHash != seal.Hash)
            return new Breach($"seal {seal.Number}", "its content does not have its hash");
        if (seal.PreviousHash != (LastHash ?? AuditLog.Genesis))
            return new Breach($"seal {seal.Number}", "it does not carry the hash of the seal before it");
        return null;
    }

    async Task<Breach?> CheckHeads(AuditSeal seal)
    {
        if (HeadsOf(seal) is not { } heads)
            return new Breach($"seal {seal.Number}", "its heads cannot be read");
        foreach (var head in heads)
        {
            var hash = await database.Read(read =>
                read.Find<string>(
                    "SELECT hash FROM audit WHERE chain = @Chain AND seq = @Seq",
                    new { head.Chain, head.Seq }
                )
            );
            if (hash != head.Hash)
                return new Breach(
                    $"row {head.Seq} of chain {head.Chain}",
                    $"{(hash is null ? "it is missing" : "its hash is another one")}, and seal {seal.Number} vouches for it"
                );
            if (unvouched.TryGetValue(head.Chain, out var sealedSeq) && sealedSeq == head.Seq)
                unvouched.Remove(head.Chain);
        }
        return null;
    }

    static List<SealedHead>? HeadsOf(AuditSeal seal)
    {
        try
        {
            var heads = JsonSerializer.Deserialize<List<SealedHead?>>(seal.Heads, Json.Options);
            return heads is null || heads.Exists(head => head is not { Chain: not null, Hash: not null })
                ? null
                : [.. heads.Select(head => head!)];
        }
        catch (JsonException)
        {
            return null; // Whoever wrote these computed the seal's hash anew.
        }
    }
}
