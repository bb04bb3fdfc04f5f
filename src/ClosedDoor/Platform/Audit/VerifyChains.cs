using ClosedDoor.Platform.Data;

namespace ClosedDoor.Platform.Audit;

/// <summary>Walks all chains, each from its first row to its head.</summary>
sealed class VerifyChains(Database database)
{
    const int BatchSize = 1000;

    public long Chains { get; private set; }
    public long Rows { get; private set; }

    public async Task<Breach?> Run()
    {
        var chain = "";
        while (await Next(chain) is { } next)
        {
            chain = next;
            Chains++;
            if (await Check(chain) is { } breach)
                return breach;
        }
        return null;
    }

    /// <summary>The next chain that has rows or a head. One that has lost either is still met.</summary>
    Task<string?> Next(string after) =>
        database.Read(read =>
            read.Find<string>(
                """
                SELECT MIN(chain) FROM (
                    SELECT MIN(chain) AS chain FROM audit WHERE chain > @after
                    UNION ALL
                    SELECT MIN(chain) AS chain FROM audit_head WHERE chain > @after) AS following
                """,
                new { after }
            )
        );

    async Task<Breach?> Check(string chain)
    {
        var last = new Link(0, AuditLog.Genesis);
        var lookedAgain = false;
        while (true)
        {
            var rows = await Following(chain, last.Seq);
            foreach (var row in rows)
            {
                if (Check(row, last) is { } breach)
                    return breach;
                last = new Link(row.Seq, row.Hash);
                Rows++;
            }
            if (rows.Count > 0)
            {
                lookedAgain = false;
                continue;
            }

            // Rows and head commit together. So a head that is ahead of what was read here has rows to be read by now.
            if (await Head(chain) is not { } head)
                return new Breach($"chain {chain}", "it has rows and no head");
            if (head.Seq > last.Seq && !lookedAgain)
            {
                lookedAgain = true;
                continue;
            }
            if (head.Seq > last.Seq)
                return new Breach(Name(chain, last.Seq + 1), $"it is missing: the chain's head is row {head.Seq}");
            if (head.Seq < last.Seq)
                return new Breach(Name(chain, head.Seq + 1), $"it follows row {head.Seq}, which is the chain's head");
            return head.Hash == last.Hash
                ? null
                : new Breach(Name(chain, last.Seq), "its hash is not the one in the chain's head");
        }
    }

    static Breach? Check(AuditRow row, Link last)
    {
        if (row.Seq != last.Seq + 1)
            return new Breach(Name(row.Chain, last.Seq + 1), $"it is missing: row {row.Seq} comes next");
        if (AuditLog.HashOf(row) != row.Hash)
            return new Breach(Name(row.Chain, row.Seq), "its content does not have its hash");
        if (row.PreviousHash != last.Hash)
            return new Breach(Name(row.Chain, row.Seq), "it does not carry the hash of the row before it");
        return null;
    }

    Task<List<AuditRow>> Following(string chain, long seq) =>
        database.Read(read =>
            read.All<AuditRow>(
                $"""
                SELECT chain, seq, at, actor, action, subject, before, after, request_id, previous_hash, hash FROM audit
                WHERE chain = @chain AND seq > @seq ORDER BY seq LIMIT {BatchSize}
                """,
                new { chain, seq }
            )
        );

    Task<Link?> Head(string chain) =>
        database.Read(read => read.Find<Link>("SELECT seq, hash FROM audit_head WHERE chain = @chain", new { chain }));

    static string Name(string chain, long seq) => $"row {seq} of chain {chain}";

    /// <summary>A row as the next one, or the head, refers to it.</summary>
    sealed record Link(long Seq, string Hash);
}
