using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using NodaTime;
using Npgsql;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// Applies <c>migrations/NNNN_what.sql</c> in order, each once, under a lock that other instances wait for. What was
/// applied is recorded with its checksum: an edited migration, or one between ours that this release does not know, stops
/// the start, because then the schema is not the one that the code was written for. What a later release has added after
/// ours does not: changes expand first and contract a release later, so that two releases serve side by side and the
/// earlier one can be gone back to.
/// </summary>
sealed class Migrator(Database database)
{
    public sealed record Migration(string Name, string Sql)
    {
        public string Checksum { get; } =
            Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Sql)));
    }

    /// <summary>The migrations of this release, in order.</summary>
    public static IReadOnlyList<Migration> Known { get; } = ReadEmbedded();

    /// <exception cref="MigrationException">The database does not fit this release.</exception>
    public async Task<int> Apply(Instant now, IReadOnlyList<Migration>? known = null)
    {
        known ??= Known;
        var applied = 0;
        await database.Migrate(async db =>
        {
            applied = 0;
            await db.Execute(
                "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"
            );
            var done = await db.All<AppliedRow>("SELECT name, checksum FROM migration ORDER BY name");
            CheckHistory(done, known);
            foreach (var migration in known.Skip(done.Count))
            {
                await db.Execute(database.WithItsOwn(migration.Sql));
                await db.Execute(
                    "INSERT INTO migration (name, checksum, applied_at) VALUES (@Name, @Checksum, @now)",
                    new
                    {
                        migration.Name,
                        migration.Checksum,
                        now,
                    }
                );
                applied++;
            }
        });
        return applied;
    }

    /// <summary>Whether this service, in whichever release, has ever been on the database, which is only read.</summary>
    /// <exception cref="DbException">It cannot be read.</exception>
    public static async Task<bool> HasBegun(Settings settings)
    {
        await using DbConnection connection = settings.IsOnPostgres
            ? new NpgsqlConnection($"{settings.Database};Pooling=false")
            : new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = settings.Database,
                    Mode = SqliteOpenMode.ReadOnly,
                    Pooling = false,
                }.ToString()
            );
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = settings.IsOnPostgres
            ? "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'migration'"
            : "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'migration'";
        return (long)(await command.ExecuteScalarAsync())! > 0;
    }

    /// <summary>Whether all of this release's migrations are in the database.</summary>
    public async Task<bool> IsUpToDate() =>
        await database.Read(db => db.Get<long>("SELECT COUNT(*) FROM migration")) >= Known.Count;

    static void CheckHistory(List<AppliedRow> done, IReadOnlyList<Migration> known)
    {
        for (var i = 0; i < Math.Min(done.Count, known.Count); i++)
        {
            if (known.All(migration => migration.Name != done[i].Name))
                throw new MigrationException(
                    $"The database has migration {done[i].Name}, which this release does not know. Run the release that made it, or a later one."
                );
            if (known[i].Name != done[i].Name)
                throw new MigrationException(
                    $"Migration {known[i].Name} sorts before {done[i].Name}, which is already applied. A new migration takes the next number."
                );
            if (known[i].Checksum != done[i].Checksum)
                throw new MigrationException(
                    $"Migration {done[i].Name} was edited after it was applied. Restore its text, and put the change into a new migration."
                );
        }
    }

    static List<Migration> ReadEmbedded()
    {
        var assembly = typeof(Migrator).Assembly;
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(name => name.StartsWith("migrations/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(name =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                    return new Migration(name["migrations/".Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
                }),
        ];
    }

    sealed record AppliedRow
    {
        public string Name { get; init; } = "";
        public string Checksum { get; init; } = "";
    }
}

/// <summary>The database's schema is not the one that this release was written for.</summary>
public sealed class MigrationException(string message) : Exception(message);
