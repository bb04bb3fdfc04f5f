using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// The command <c>backup [FILE] [--verify]</c>: one consistent file of the whole database, beside the running service.
/// With <c>--verify</c> it is restored to scratch and checked before the command says that there is a backup.
/// </summary>
static class MakeBackup
{
    /// <summary>Part of a file's name, and in the order of time: <c>20260302T010000.000Z</c>.</summary>
    public static readonly InstantPattern Stamp = InstantPattern.CreateWithInvariantCulture(
        "uuuuMMdd'T'HHmmss'.'fff'Z'"
    );

    public static async Task<int> Command(IServiceProvider services, string[] args)
    {
        var verify = args.Contains("--verify", StringComparer.Ordinal);
        var names = args.Where(arg => arg != "--verify").ToArray();
        if (names.Length > 1 || names.Any(name => name.Length == 0 || name.StartsWith('-')))
        {
            await Console.Error.WriteLineAsync("Usage: backup [FILE] [--verify]");
            return 2;
        }
        var settings = services.GetRequiredService<Settings>();
        var now = services.GetRequiredService<IClock>().GetCurrentInstant();
        var file =
            names.Length == 1
                ? names[0]
                : Path.Combine(settings.Data, "backups", $"closeddoor-{Stamp.Format(now)}{Extension(settings)}");

        if (names.Length == 0)
            DropUnfinished(Path.GetDirectoryName(file)!, now);
        using (var stop = new StopSignals(listen: settings.IsOnPostgres))
            await Make(settings, file, stop.Token);
        var report = verify ? await Verify(settings, file, now) : null;
        Console.WriteLine(
            $"{Path.GetFullPath(file)}: {new FileInfo(file).Length} bytes"
                + (report is null ? ", not verified." : $", restored and verified: {report}")
        );
        return 0;
    }

    /// <summary>What cannot be relied on keeps no backup's name.</summary>
    static async Task<string> Verify(Settings settings, string file, Instant now)
    {
        try
        {
            return await VerifyBackup.Run(settings, file, now);
        }
        catch (BackupException e)
        {
            var unverified = file + ".unverified";
            File.Move(file, unverified, overwrite: true);
            throw new BackupException($"{e.Message} What was copied is now {unverified}.");
        }
    }

    /// <summary>What backups that were killed have left in the folder that names itself; a day old, so that no other is at work on it.</summary>
    internal static void DropUnfinished(string folder, Instant now)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var left in Directory.GetFiles(folder, $"closeddoor-*{SqliteCopy.Unfinished}*"))
        {
            if (now - Instant.FromDateTimeUtc(File.GetLastWriteTimeUtc(left)) > Duration.FromDays(1))
                File.Delete(left);
        }
    }

    /// <param name="settings">Say what.</param>
    /// <param name="file">Where to.</param>
    /// <param name="stop">On PostgreSQL, ends it and pg_dump; SQLite's copy is one call that cannot be stopped.</param>
    /// <exception cref="BackupException">There is none; the message says why.</exception>
    public static async Task Make(Settings settings, string file, CancellationToken stop = default)
    {
        if (File.Exists(file))
            throw new BackupException($"{file} exists already.");
        try
        {
            if (settings.IsOnPostgres)
                await Dump(settings, file, stop);
            else
                SqliteCopy.Make(settings.Database, file);
        }
        catch (Exception e) when (BackupException.IsOfTheMachine(e))
        {
            throw new BackupException($"{What(settings)} could not be copied to {file}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            throw new BackupException("Stopped before it was whole: there is no backup.");
        }
    }

    static async Task Dump(Settings settings, string file, CancellationToken stop)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
            Directory.CreateDirectory(folder);
        var unfinished = file + SqliteCopy.Unfinished;
        try
        {
            SqliteCopy.KeepFromOthers(unfinished);
            await new PostgresTools(settings.Database).Dump(unfinished, stop);
            Disk.Flush(unfinished);
            File.Move(unfinished, file);
            Disk.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    /// <summary>Not PostgreSQL's connection string, which has the password.</summary>
    static string What(Settings settings) => settings.IsOnPostgres ? "The database" : settings.Database;

    static string Extension(Settings settings) => settings.IsOnPostgres ? ".dump" : ".db";
}
