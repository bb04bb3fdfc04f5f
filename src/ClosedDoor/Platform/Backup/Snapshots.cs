using NodaTime;

namespace ClosedDoor.Platform.Backup;

/// <summary>A copy of the SQLite database as it was at an instant.</summary>
sealed record Snapshot(string Path, Instant At);

/// <summary>The snapshots in a folder, and which of them are kept.</summary>
static class Snapshots
{
    const string Prefix = "snapshot-";
    const string Suffix = ".db";

    /// <summary>Every one of the last hour and a bit: back to any minute of it.</summary>
    public static readonly Duration AllFor = Duration.FromMinutes(70);

    /// <summary>Then one an hour for this long, and one a day after it.</summary>
    public static readonly Duration HourlyFor = Duration.FromHours(49);

    public static string PathOf(string folder, Instant at) =>
        Path.Combine(folder, $"{Prefix}{MakeBackup.Stamp.Format(at)}{Suffix}");

    public static IReadOnlyList<Snapshot> In(string folder) =>
        Directory.Exists(folder)
            ?
            [
                .. Directory
                    .GetFiles(folder, $"{Prefix}*{Suffix}")
                    .Select(path =>
                        (path, at: MakeBackup.Stamp.Parse(Path.GetFileName(path)[Prefix.Length..^Suffix.Length]))
                    )
                    .Where(one => one.at.Success)
                    .Select(one => new Snapshot(one.path, one.at.Value))
                    .OrderBy(one => one.At),
            ]
            : [];

    /// <summary>Takes away what was left by an instance that was killed in mid-copy.</summary>
    public static void DropUnfinished(string folder)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var left in Directory.GetFiles(folder, $"{Prefix}*{Suffix}{SqliteCopy.Unfinished}*"))
            File.Delete(left);
    }

    /// <summary>
    /// Those that may go: of each hour, and later of each day, the first stays. A snapshot from the future (the clock was
    /// set back) and the newest of all always stay.
    /// </summary>
    public static IReadOnlyList<Snapshot> Outdated(IReadOnlyList<Snapshot> all, Instant now, int days)
    {
        var seen = new HashSet<long>();
        var outdated = new List<Snapshot>();
        foreach (var snapshot in all.OrderBy(one => one.At).SkipLast(1))
        {
            var age = now - snapshot.At;
            if (age <= AllFor)
                continue;
            var span = age <= HourlyFor ? NodaConstants.MillisecondsPerHour : NodaConstants.MillisecondsPerDay;
            var bucket = snapshot.At.ToUnixTimeMilliseconds() / span;
            // Hours and days are told apart by sign, so that an hour's number is never taken for a day's.
            if (
                age > Duration.FromDays(days)
                || !seen.Add(span == NodaConstants.MillisecondsPerHour ? bucket : -bucket)
            )
                outdated.Add(snapshot);
        }
        return outdated;
    }
}
