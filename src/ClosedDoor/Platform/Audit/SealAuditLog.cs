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
        // Over the chains once: those that move meanwhile are left for the next run, or under load this one would not end.
        var sealedUpTo = "";
        List<string> chains;
        do
        {
            chains = await database.Write("job:seal-audit-log", tx => Seal(tx, sealedUpTo, now));
            if (chains.Count > 0)
                (seals, sealedUpTo) = (seals + 1, chains[^1]);
        } while (chains.Count == MostHeads);
        return seals;
    }

    /// <summary>
    /// Seals the next chains that have moved. None when there are no more, or when another instance seals at this moment.
    /// </summary>
    static async Task<List<string>> Seal(Tx tx, string after, Instant now)
    {
        var last = await tx.Find<AuditSeal>($"{AuditSeal.Select} ORDER BY number DESC LIMIT 1");
        // Heads that somebody appends to just now are passed over, so that no booking waits for a seal; they are in the next.
        var heads = await tx.All<HeadRow>(
            $"""
            SELECT chain, seq, hash FROM audit_head WHERE unsealed = 1 AND chain > @after
            ORDER BY chain LIMIT {MostHeads} {tx.ForUpdateSkipLocked}
            """,
            new { after }
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
            return [];
        foreach (var head in heads)
            await AuditLog.MarkSealed(tx, head.Chain, head.Seq);
        return [.. heads.Select(head => head.Chain)];
    }

    sealed record HeadRow
    {
        public string Chain { get; init; } = "";
        public long Seq { get; init; }
        public string Hash { get; init; } = "";
    }
}
