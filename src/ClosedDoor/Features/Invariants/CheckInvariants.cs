using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Invariants;

/// <summary>An invariant that does not hold.</summary>
/// <param name="Name">The invariant's.</param>
/// <param name="Offenders">Ids of what breaks it, the first <see cref="CheckInvariants.MostNamed"/>; for the audit log the place and the reason.</param>
public sealed record Violation(string Name, IReadOnlyList<string> Offenders)
{
    public override string ToString() => $"{Name}: {string.Join(", ", Offenders)}";
}

/// <summary>Looks at every invariant, and at every hash of the audit log. Beside a running service, and on a copy.</summary>
public sealed class CheckInvariants(Database database)
{
    public const int MostNamed = 5;

    public const string AuditIsWhole = "the_audit_log_is_whole";

    /// <returns>What does not hold; empty when all is well.</returns>
    public async Task<IReadOnlyList<Violation>> Run(Instant now)
    {
        var violations = await database.Read(read => Look(read, now));
        if ((await new VerifyAudit(database).Run()).Broken is { } breach)
            violations.Add(new(AuditIsWhole, [$"{breach.Where}: {breach.Why}"]));
        return violations;
    }

    /// <summary>The queries alone, on whatever state <paramref name="read"/> sees.</summary>
    internal static async Task<List<Violation>> Look(Statements read, Instant now)
    {
        var violations = new List<Violation>();
        foreach (var invariant in Invariants.All)
        {
            var offenders = await read.All<string>(
                $"SELECT id FROM ({invariant.Offenders}) AS offenders ORDER BY id LIMIT {MostNamed}",
                new { now }
            );
            if (offenders.Count > 0)
                violations.Add(new(invariant.Name, offenders));
        }
        return violations;
    }

    /// <summary>The command <c>check-invariants</c>: 0 when all hold, 1 with the names of those that do not.</summary>
    internal static async Task<int> Command(IServiceProvider services, string[] args)
    {
        var violations = await new CheckInvariants(services.GetRequiredService<Database>()).Run(
            services.GetRequiredService<IClock>().GetCurrentInstant()
        );
        foreach (var violation in violations)
            await Console.Error.WriteLineAsync($"Violated: {violation}");
        if (violations.Count > 0)
            return 1;
        Console.WriteLine($"All {Count} invariants hold.");
        return 0;
    }

    /// <summary>The queries, and the audit log.</summary>
    public static int Count => Invariants.All.Count + 1;
}
