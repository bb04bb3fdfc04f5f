using Microsoft.Data.Sqlite;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// The command <c>restore FILE</c>, or on SQLite <c>restore --at INSTANT</c> for the last snapshot until then: verifies the
/// backup, then puts it where the service looks for its database. What was there on SQLite is kept under another name;
/// on PostgreSQL the database that is named has to be empty. The service must not run.
/// </summary>
static class RestoreBackup
{
    public static async Task<int> Command(IServiceProvider services, string[] args)
    {
        var settings = services.GetRequiredService<Settings>();
        var now = services.GetRequiredService<IClock>().GetCurrentInstant();
        var file = args switch
        {
            ["--at", var at] => SnapshotAt(settings, at),
            [var name] when !name.StartsWith('-') => name,
            _ => null,
        };
        if (file is null)
        {
            await Console.Error.WriteLineAsync("Usage: restore FILE | restore --at 2026-03-01T08:00:00Z");
            return 2;
        }
        Console.WriteLine(await Run(settings, file, now));
        return 0;
    }

    /// <returns>What was done, for people.</returns>
    /// <exception cref="BackupException">Nothing was changed; the message says why.</exception>
    public static async Task<string> Run(Settings settings, string file, Instant now)
    {
        try
        {
            return await Put(settings, file, now);
        }
        catch (Exception e) when (BackupException.IsOfTheMachine(e))
        {
            throw new BackupException($"{file} could not be restored: {e.Message}");
        }
    }

    static async Task<string> Put(Settings settings, string file, Instant now)
    {
        if (settings.IsOnPostgres)
        {
            var server = new PostgresTools(settings.Database);
            if (!await server.IsEmpty())
                throw new BackupException(
                    "The database is not empty. Make a new one, and name it in CLOSEDDOOR_DATABASE."
                );
            var verified = await VerifyBackup.Run(settings, file, now);
            await server.Restore(file);
            return $"Restored {file}: {verified}";
        }

        if (!File.Exists(file))
            throw new BackupException($"There is no file {file}.");
        var database = BehindLinks(settings.Database);
        var folder = Path.GetDirectoryName(Path.GetFullPath(database))!;
        Directory.CreateDirectory(folder); // On a new machine there is none yet.
        // Where a copy is to go anyhow: a backup may lie on a disk that nobody may write, or that has no room.
        var report = await VerifyBackup.Run(settings, file, now, folder);
        var kept = Replace(database, file, now);
        return $"Restored {file}: {report}"
            + (kept.Length > 0 ? $" What was there is now {kept}." : "")
            + Flushed(folder);
    }

    /// <returns>Where what was there is kept; empty when nothing was.</returns>
    static string Replace(string database, string file, Instant now)
    {
        var restoring = $"{database}.restoring";
        SqliteCopy.Delete(restoring);
        try
        {
            SqliteCopy.Make(file, restoring);
            if (!File.Exists(database))
            {
                File.Move(restoring, database);
                return "";
            }
            CloseForGood(database);
            var kept = $"{database}.before-{MakeBackup.Stamp.Format(now)}";
            // Under the name there is one or the other at any moment: a service that starts after a kill finds no empty one.
            File.Replace(restoring, database, kept);
            return kept;
        }
        finally
        {
            SqliteCopy.Delete(restoring); // Of one that was refused: a whole copy of everything that is kept.
        }
    }

    /// <returns>What is to be said of a folder whose names may not outlive a power cut: by now it is restored all the same.</returns>
    internal static string Flushed(string folder)
    {
        try
        {
            Disk.FlushFolder(folder);
            return "";
        }
        catch (IOException e)
        {
            return $" It may be undone by a power cut: {e.Message}";
        }
    }

    /// <summary>
    /// The file itself where the name is a symbolic link, to a larger disk for instance: the link stays, and what it leads to
    /// is replaced, beside which SQLite keeps its log.
    /// </summary>
    static string BehindLinks(string database)
    {
        if (new FileInfo(database).LinkTarget is null)
            return database;
        try
        {
            return File.ResolveLinkTarget(database, returnFinalTarget: true)!.FullName;
        }
        catch (IOException e)
        {
            throw new BackupException($"{database} leads nowhere: {e.Message}");
        }
    }

    /// <summary>
    /// Takes the write-ahead log into the file, so that nothing of it meets the restored one. SQLite does that only for
    /// whoever has the database alone, which is how a service that still runs is noticed.
    /// </summary>
    static void CloseForGood(string database)
    {
        try
        {
            using var connection = SqliteCopy.Open(database, SqliteOpenMode.ReadWrite, patience: 1);
            SqliteCopy.Run(connection, "PRAGMA journal_mode=DELETE");
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 5 or 6) // SQLITE_BUSY, SQLITE_LOCKED
        {
            throw new BackupException($"{database} is in use. Stop the service first.");
        }
        catch (SqliteException)
        {
            // A damaged file is what a restore is for. It is moved with its log, which may be all that is left of it.
            foreach (var beside in new[] { "-wal", "-shm" })
            {
                if (File.Exists(database + beside))
                    File.Move(database + beside, $"{database}{beside}.damaged", overwrite: true);
            }
        }
    }

    static string? SnapshotAt(Settings settings, string at)
    {
        if (InstantPattern.General.Parse(at) is not { Success: true, Value: var until })
            return null;
        return Snapshots
                .In(settings.Snapshots ?? throw new BackupException("CLOSEDDOOR_SNAPSHOTS names no folder."))
                .Where(snapshot => snapshot.At <= until)
                .MaxBy(snapshot => snapshot.At)
                ?.Path
            ?? throw new BackupException($"There is no snapshot of {at} or before.");
    }
}
