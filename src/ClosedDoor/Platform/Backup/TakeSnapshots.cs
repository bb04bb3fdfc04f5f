using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// Copies the SQLite database to the snapshots' folder whenever it has changed, and deletes what is outdated: back to any
/// minute of the last hour, any hour of two days, any day of some weeks. Losing the disk of the database costs a minute
/// when the folder is on another one.
/// </summary>
public sealed class TakeSnapshots(Database database, Settings settings)
{
    int _running;
    long? _copied;

    /// <returns>Whether there was something new to copy.</returns>
    public async Task<bool> RunOnce(Instant now)
    {
        if (settings.Snapshots is not { } folder || Interlocked.Exchange(ref _running, 1) == 1)
            return false;
        try
        {
            // Read before the copy: what is committed during it makes another number, and the next copy.
            var version = database.Version;
            if (version == _copied)
                return false;
            // Before the copy too: on a disk that is full it fails, and what is outdated would stay, and it with it, for ever.
            Snapshots.DropUnfinished(folder);
            DropOutdated(folder, now);
            await Task.Run(() => SqliteCopy.Make(settings.Database, Snapshots.PathOf(folder, now)));
            _copied = version;
            DropOutdated(folder, now);
            return true;
        }
        finally
        {
            Interlocked.Exchange(ref _running, 0);
        }
    }

    void DropOutdated(string folder, Instant now)
    {
        foreach (var outdated in Snapshots.Outdated(Snapshots.In(folder), now, settings.SnapshotDays))
            File.Delete(outdated.Path);
    }
}
