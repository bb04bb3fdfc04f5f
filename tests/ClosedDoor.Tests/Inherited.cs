using System.Diagnostics;

namespace ClosedDoor.Tests;

/// <summary>What a service that a run starts would be told by whoever started the run.</summary>
static class Inherited
{
    /// <summary>
    /// Takes away what is set for another instance, before the run's own settings are made: mails would go to real people,
    /// and telemetry to a real collector.
    /// </summary>
    public static ProcessStartInfo WithoutSettings(this ProcessStartInfo start)
    {
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToArray())
            start.Environment.Remove(name);
        return start;
    }

    static bool IsSetting(string name) =>
        name.StartsWith("CLOSEDDOOR_", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase);
}
