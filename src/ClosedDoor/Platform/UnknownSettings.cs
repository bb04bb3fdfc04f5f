namespace ClosedDoor.Platform;

/// <summary>A name that begins as those of settings do, and that none has.</summary>
/// <param name="Name">As an environment has it. Its value may be a secret, and is told to nobody.</param>
/// <param name="Nearest">The setting whose name is the fewest letters away.</param>
public sealed record UnknownSetting(string Name, string Nearest)
{
    /// <summary>For the operator.</summary>
    public override string ToString() =>
        $"{Name} is no setting of this release, and changes nothing. The nearest is {Nearest}.";
}

/// <summary>
/// What was set under a name that is misspelt, or of another release. The start names it and goes on: a release that is gone
/// back to, or still serves beside a later one, finds the later one's settings, and Kubernetes gives containers such names of
/// its own where a service is called closeddoor.
/// </summary>
static partial class UnknownSettings
{
    const string Prefix = "CLOSEDDOOR_";

    /// <param name="configuration">All that is set.</param>
    /// <param name="settings">The names that there are.</param>
    public static IReadOnlyList<UnknownSetting> In(IConfiguration configuration, IReadOnlySet<string> settings) =>
        [
            .. configuration
                .AsEnumerable()
                .Where(one => one.Value is not null && !settings.Contains(one.Key))
                .Select(one => one.Key.Replace(":", "__")) // .NET makes a colon of two underlines in a row.
                .Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal)
                .Select(name => new UnknownSetting(
                    name,
                    settings.MinBy(setting => Distance(name.ToUpperInvariant(), setting))!
                )),
        ];

    /// <summary>A warning for each, in the log of a service that starts.</summary>
    public static void Log(ILogger log, IReadOnlyList<UnknownSetting> all)
    {
        foreach (var unknown in all)
            Says(log, unknown);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Unknown}")]
    static partial void Says(ILogger log, UnknownSetting unknown);

    /// <summary>How many letters have to be put in or taken out: a name that was cut short is near the whole.</summary>
    static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var letter in one)
        {
            var before = row[0]++;
            for (var j = 0; j < other.Length; j++)
            {
                var above = row[j + 1];
                row[j + 1] = letter == other[j] ? before : Math.Min(above, row[j]) + 1;
                before = above;
            }
        }
        return row[^1];
    }
}
