using System.Security.Cryptography;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// Whether a backup can be restored and is in order: it is restored to scratch, brought up to this release's schema, and
/// held against every invariant and every hash of the audit log. The backup itself is only read.
/// </summary>
static class VerifyBackup
{
    /// <returns>What was seen, for people.</returns>
    /// <exception cref="BackupException">It cannot be relied on; the message says why.</exception>
    public static async Task<string> Run(Settings settings, string file, Instant now)
    {
        if (!File.Exists(file))
            throw new BackupException($"There is no file {file}.");
        var scratch = $"closeddoor_verify_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        return settings.IsOnPostgres
            ? await OnPostgres(settings, file, scratch, now)
            : await OnSqlite(settings, file, scratch, now);
    }

    static async Task<string> OnSqlite(Settings settings, string file, string scratch, Instant now)
    {
        SqliteCopy.Check(file);
        var copy = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, scratch);
        try
        {
            File.Copy(file, copy);
            return await Look(settings, copy, now);
        }
        finally
        {
            SqliteCopy.Delete(copy);
        }
    }

    static async Task<string> OnPostgres(Settings settings, string file, string scratch, Instant now)
    {
        var server = new PostgresTools(settings.Database);
        try
        {
            await server.OnServer($"CREATE DATABASE {scratch} TEMPLATE template0");
        }
        catch (Npgsql.NpgsqlException e)
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
