using System.Diagnostics.Metrics;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// How much SQLite's writer writes, and how long a commit takes it; the flush that makes it durable comes after
/// (<see cref="SqliteFlush{TItem}"/>). Writes over commits is how many share one: group commit at work.
/// </summary>
static class DatabaseMeters
{
    static readonly Meter Meter = new("ClosedDoor");
    static readonly Counter<long> Commits = Meter.CreateCounter<long>(
        "closeddoor.database.commits",
        description: "Commits of groups of writes."
    );
    static readonly Counter<long> Writes = Meter.CreateCounter<long>(
        "closeddoor.database.writes",
        description: "Units of work committed."
    );
    static readonly Histogram<double> CommitTime = Meter.CreateHistogram<double>(
        "closeddoor.database.commit.duration",
        "s",
        "From the start of a group of writes to its commit."
    );

    public static void GroupCommitted(int items, TimeSpan took)
    {
        Commits.Add(1);
        Writes.Add(items);
        CommitTime.Record(took.TotalSeconds);
    }
}
