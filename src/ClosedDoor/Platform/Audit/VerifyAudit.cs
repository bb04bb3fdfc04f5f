using ClosedDoor.Platform.Data;

namespace ClosedDoor.Platform.Audit;

/// <summary>The first thing that is not as it was written.</summary>
/// <param name="Where">The row or seal: <c>row 3 of chain ses_…</c>, <c>seal 2</c>.</param>
public sealed record Breach(string Where, string Why);

/// <param name="Broken">Null when everything is whole.</param>
/// <param name="LastSeal">The hash of the last seal. Noted elsewhere, it proves later that nothing up to it was rewritten.</param>
public sealed record AuditReport(long Chains, long Rows, long Seals, string? LastSeal, Breach? Broken);

/// <summary>
/// Computes every hash of the audit log anew: all chains row by row, then all seals. It reads in batches, and beside a
/// running service: rows that are appended meanwhile are followed, never mistaken for a breach.
/// </summary>
public sealed class VerifyAudit(Database database)
{
    public async Task<AuditReport> Run()
    {
        // Before the seals are read, so that for each of these heads its seal has been written by then.
        var unvouched = await SealedUpTo();
        var chains = new VerifyChains(database);
        var broken = await chains.Run();
        var seals = new VerifySeals(database, unvouched);
        broken ??= await seals.Run();
        return new AuditReport(chains.Chains, chains.Rows, seals.Seals, seals.LastHash, broken);
    }

    /// <summary>The command <c>verify-audit</c>: 0 when the log is whole, 1 when it is not.</summary>
    public static async Task<int> Command(IServiceProvider services, string[] args)
    {
        var report = await new VerifyAudit(services.GetRequiredService<Database>()).Run();
        var seen = $"{report.Chains} chains, {report.Rows} rows, {report.Seals} seals";
        if (report.Broken is { } breach)
        {
            await Console.Error.WriteLineAsync(
                $"The audit log is broken at {breach.Where}: {breach.Why} (checked until then: {seen})"
            );
            return 1;
        }
        Console.WriteLine($"The audit log is whole: {seen}. Last seal: {report.LastSeal ?? "none yet"}.");
        return 0;
    }

    async Task<Dictionary<string, long>> SealedUpTo()
    {
        var heads = await database.Read(read =>
            read.All<SealedRow>("SELECT chain, sealed_seq FROM audit_head WHERE sealed_seq > 0")
        );
        return heads.ToDictionary(head => head.Chain, head => head.SealedSeq, StringComparer.Ordinal);
    }

    sealed record SealedRow
    {
        public string Chain { get; init; } = "";
        public long SealedSeq { get; init; }
    }
}
