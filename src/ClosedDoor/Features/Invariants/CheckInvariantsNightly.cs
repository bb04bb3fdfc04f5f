using System.Diagnostics.Metrics;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Invariants;

/// <summary>
/// Checks the invariants once a night, after three in Beijing, when nobody books. What does not hold is an error in the
/// log and a count in the metrics. Each instance does it: reading twice hurts nobody, and no instance has to be trusted.
/// </summary>
public sealed partial class CheckInvariantsNightly(Database database, ILogger<CheckInvariantsNightly> log)
{
    static readonly Meter Meter = new("ClosedDoor");
    static readonly Counter<long> Violations = Meter.CreateCounter<long>(
        "closeddoor.invariants.violations",
        description: "Invariants that did not hold when they were checked."
    );

    static readonly LocalTime Night = new(3, 0);

    LocalDate? _checked;

    /// <returns>Whether it was time to check. The first call only learns what day it is.</returns>
    public async Task<bool> RunOnce(Instant now)
    {
        var local = now.InZone(Zones.Shanghai).LocalDateTime;
        var night = local.TimeOfDay >= Night ? local.Date : local.Date.PlusDays(-1);
        if (_checked == night)
            return false;
        if (_checked is null)
        {
            _checked = night;
            return false;
        }

        var violations = await new CheckInvariants(database).Run(now);
        _checked = night; // Only now: while the database cannot be asked it is tried again.
        foreach (var violation in violations)
        {
            Violations.Add(1, new KeyValuePair<string, object?>("invariant", violation.Name));
            LogViolated(violation.Name, string.Join(", ", violation.Offenders));
        }
        return true;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The invariant {Invariant} does not hold: {Offenders}")]
    partial void LogViolated(string invariant, string offenders);
}
