using ClosedDoor.Domain;
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
        if (names.Length > 1 || names.Any(name => name.StartsWith('-')))
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

        await Make(settings, file);
        var report = verify ? await VerifyBackup.Run(settings, file, now) : null;
        Console.WriteLine(
            $"{Path.GetFullPath(file)}: {new FileInfo(file).Length} bytes"
                + (report is null ? ", not verified." : $", restored and verified: {report}")
        );
        return 0;
    }

    /// <exception cref="BackupException">There is none; the message says why.</exception>
    public static async Task Make(Settings settings, string file)
    {
        if (File.Exists(file))
            throw new BackupException($"{file} exists already.");
        if (settings.IsOnPostgres)
        {
            if (Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder)
                Directory.CreateDirectory(folder);
            var unfinished = file + SqliteCopy.Unfinished;
            try
            {
                await new PostgresTools(settings.Database).Dump(unfinished);
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(unfinished, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                SqliteCopy.Flush(unfinished);
                File.Move(unfinished, file);
            }
            finally
            {
                File.Delete(unfinished);
            }
            return;
        }
        try
        {
            SqliteCopy.Make(settings.Database, file);
        }
        catch (Exception e) when (e is Microsoft.Data.Sqlite.SqliteException or IOException)
        {
            throw new BackupException($"{settings.Database} could not be copied to {file}: {e.Message}");
        }
    }

    static string Extension(Settings settings) => settings.IsOnPostgres ? ".dump" : ".db";
}
