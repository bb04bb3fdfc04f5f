using System.Diagnostics.Metrics;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// How much is written, and how long it takes to be durable. Writes over commits is how many share one: SQLite's group
/// commit at work.
/// </summary>
static class DatabaseMeters
{
    static readonly Meter Meter = new("ClosedDoor");
    static readonly Counter<long> Commits = Meter.CreateCounter<long>(
        "closeddoor.database.commits",
        description: "Durable commits."
    );
    static readonly Counter<long> Writes = Meter.CreateCounter<long>(
        "closeddoor.database.writes",
        description: "Units of work committed."
    );
    static readonly Histogram<double> CommitTime = Meter.CreateHistogram<double>(
        "closeddoor.database.commit.duration",
        "s",
        "From the start of a commit group to its durable end."
    );

    public static void GroupCommitted(int items, TimeSpan took)
    {
        Commits.Add(1);
        Writes.Add(items);
        CommitTime.Record(took.TotalSeconds);
    }
}
