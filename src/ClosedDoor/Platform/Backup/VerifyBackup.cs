using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Platform.Data;
using NodaTime;
using Npgsql;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// Whether a backup can be restored and is in order: it is restored to scratch, brought up to this release's schema, and
/// held against every invariant and every hash of the audit log. The backup itself is only read.
/// </summary>
static class VerifyBackup
{
    const string Scratch = "closeddoor_verify_";
    const string Claimed = ".claim";
    const string DatabasesLike = "SELECT datname FROM pg_database WHERE datname LIKE @name";
    const string ClaimFor = "SELECT 'ours' WHERE pg_try_advisory_lock(hashtextextended(@name, 0))";

    /// <param name="settings">The service's, on whichever database.</param>
    /// <param name="file">The backup.</param>
    /// <param name="now">When.</param>
    /// <param name="folder">Of SQLite's scratch copy; null is beside the backup.</param>
    /// <returns>What was seen, for people.</returns>
    /// <exception cref="BackupException">It cannot be relied on; the message says why.</exception>
    public static async Task<string> Run(Settings settings, string file, Instant now, string? folder = null)
    {
        if (!File.Exists(file))
            throw new BackupException($"There is no file {file}.");
        try
        {
            return settings.IsOnPostgres
                ? await OnPostgres(settings, file, now)
                : await OnSqlite(settings, file, now, folder ?? Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
        catch (Exception e) when (BackupException.IsOfTheMachine(e))
        {
            throw new BackupException($"{file} could not be restored to scratch: {e.Message}");
        }
    }

    static async Task<string> OnSqlite(Settings settings, string file, Instant now, string folder)
    {
        SqliteCopy.Check(file);
        foreach (var left in Directory.GetFiles(folder, $"{Scratch}*{Claimed}"))
            DropIfNobodys(left);
        var copy = Path.Combine(folder, Scratch + Nonce());
        // Held for as long as this process lives, and then by nobody, however it ended.
        using var claim = new FileStream(
            copy + Claimed,
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.None,
            bufferSize: 1,
            FileOptions.DeleteOnClose
        );
        try
        {
            // As a restore does: what lies beside it in a write-ahead log belongs to it.
            SqliteCopy.Make(file, copy);
            return await Look(settings, copy, now);
        }
        finally
        {
            SqliteCopy.Delete(copy);
        }
    }

    /// <summary>Takes away what a verification that was killed has left; one that is at work holds its claim.</summary>
    static void DropIfNobodys(string claim)
    {
        try
        {
            using var mine = new FileStream(claim, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            SqliteCopy.Delete(claim[..^Claimed.Length]);
            SqliteCopy.Delete(claim[..^Claimed.Length] + SqliteCopy.Unfinished);
            File.Delete(claim);
        }
        catch (IOException)
        {
            // Somebody's, or gone by now.
        }
    }

    static async Task<string> OnPostgres(Settings settings, string file, Instant now)
    {
        var server = new PostgresTools(settings.Database);
        // Those of one database know of each other by its locks, and leave those of others on the server alone.
        var ours = $"{Scratch}{Hash(server.Name)}_";
        await using var claims = await server.Connect();
        foreach (var left in await PostgresTools.Ask(claims, DatabasesLike, ours + "%"))
        {
            if (await Claim(claims, left))
                await server.OnServer($"DROP DATABASE IF EXISTS {left} WITH (FORCE)");
        }
        var scratch = ours + Nonce();
        await Claim(claims, scratch);
        try
        {
            await server.OnServer($"CREATE DATABASE {scratch} TEMPLATE template0");
        }
        catch (NpgsqlException e)
        {
            throw new BackupException($"The scratch database could not be made; the user needs CREATEDB: {e.Message}");
        }
        try
        {
            await new PostgresTools(server.Database(scratch)).Restore(file);
            return await Look(settings, server.Database(scratch), now);
        }
        finally
        {
            await server.OnServer($"DROP DATABASE {scratch} WITH (FORCE)");
        }
    }

    /// <summary>For as long as the connection lives, and then nobody's.</summary>
    static async Task<bool> Claim(NpgsqlConnection connection, string scratch) =>
        (await PostgresTools.Ask(connection, ClaimFor, scratch)).Count > 0;

    static string Nonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..8];

    static async Task<string> Look(Settings settings, string restored, Instant now)
    {
        await using var database = Database.Open(settings.With(restored));
        try
        {
            // An empty file is a sound SQLite database, of which everything holds.
            if (await database.Read(read => read.Get<long>("SELECT COUNT(*) FROM migration")) == 0)
                throw new BackupException("The backup holds no database of this service.");
            await new Migrator(database).Apply(now);
        }
        catch (Exception e) when (e is MigrationException or System.Data.Common.DbException)
        {
            throw new BackupException($"The backup holds no database that this release can bring up: {e.Message}");
        }
        var violations = await new CheckInvariants(database).Run(now);
        if (violations.Count > 0)
            throw new BackupException($"The backup is not in order. {string.Join("; ", violations)}");
        var rows = await database.Read(read =>
            read.Get<long>("SELECT (SELECT COUNT(*) FROM reservation) + (SELECT COUNT(*) FROM audit)")
        );
        return $"{CheckInvariants.Count} invariants hold over {rows} reservations and audit rows.";
    }
}
