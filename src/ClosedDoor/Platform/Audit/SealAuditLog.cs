using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Audit;

/// <summary>
/// Chains the heads of all chains that have moved since the last seal into one seal after the other. A row that is cut
/// off the end of a chain afterwards, or a whole chain that is taken away, is missed by its seal.
/// </summary>
public sealed class SealAuditLog(Database database)
{
    /// <summary>Heads in one seal: few enough that nobody waits for them.</summary>
    const int MostHeads = 200;

    /// <returns>How many seals were made.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        var seals = 0;
        while (await database.Write("job:seal-audit-log", tx => Seal(tx, now)))
            seals++;
        return seals;
    }

    /// <summary>False when nothing has moved, or when another instance seals at this moment.</summary>
    static async Task<bool> Seal(Tx tx, Instant now)
    {
        var last = await tx.Find<AuditSeal>($"{AuditSeal.Select} ORDER BY number DESC LIMIT 1");
        // Heads that somebody appends to just now are passed over, so that no booking waits for a seal; they are in the next.
        var heads = await tx.All<HeadRow>(
            $"""
            SELECT chain, seq, hash FROM audit_head WHERE unsealed = 1
            ORDER BY chain LIMIT {MostHeads} {tx.ForUpdateSkipLocked}
            """
        );
        // Of two instances that have read the same last seal, the primary key lets one go on. The other has written nothing.
        if (
            heads.Count == 0
            || !await AuditSealTable.Add(
                tx,
                last,
                [.. heads.Select(head => new SealedHead(head.Chain, head.Seq, head.Hash))],
                now.ToUnixTimeMilliseconds()
            )
        )
            return false;
        foreach (var head in heads)
            await AuditLog.MarkSealed(tx, head.Chain, head.Seq);
        return true;
    }

    sealed record HeadRow
    {
        public string Chain { get; init; } = "";
        public long Seq { get; init; }
        public string Hash { get; init; } = "";
    }
}
