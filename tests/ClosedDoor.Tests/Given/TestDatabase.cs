using System.Collections.Concurrent;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ClosedDoor.Tests.Given;

/// <summary>
/// A database of a test's own on the engine that the run is for: SQLite, or the PostgreSQL server that
/// CLOSEDDOOR_TEST_POSTGRES names (<c>Host=…;Port=…;Username=…</c>).
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    static readonly string? Server = Environment.GetEnvironmentVariable("CLOSEDDOOR_TEST_POSTGRES");
    static readonly Lazy<Task<string>> Template = new(Migrated);
    static readonly ConcurrentBag<Task> Dropping = [];
    static Task<string>? s_next;
    static int s_count;

    TestDatabase(string folder, string location) => (Folder, Location) = (folder, location);

    public static bool IsPostgres => Server is not null;

    /// <summary>The server's, which it signed itself; null where it has none.</summary>
    public static string? Certificate => Environment.GetEnvironmentVariable("CLOSEDDOOR_TEST_POSTGRES_CERTIFICATE");

    /// <summary>For files: SQLite's, and what the service keeps under CLOSEDDOOR_DATA.</summary>
    public string Folder { get; }

    /// <summary>The value for CLOSEDDOOR_DATABASE.</summary>
    public string Location { get; }

    /// <summary>Without a table.</summary>
    public static async Task<TestDatabase> Create()
    {
        var folder = NewFolder();
        if (Server is null)
            return new(folder, FileIn(folder));

        var name = NewName();
        await OnServer($"CREATE DATABASE {name}");
        return new(folder, At(name));
    }

    /// <summary>With every migration applied, as a copy of one to which they were: applying them takes longer than most tests.</summary>
    public static async Task<TestDatabase> CreateMigrated()
    {
        var folder = NewFolder();
        var template = await Template.Value;
        if (Server is null)
        {
            File.Copy(FileIn(template), FileIn(folder));
            return new(folder, FileIn(folder));
        }
        // While one test runs, the next one's copy is made.
        var ready = Interlocked.Exchange(ref s_next, Copy(template)) ?? Copy(template);
        return new(folder, At(await ready));
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            Dropping.Add(Drop(new NpgsqlConnectionStringBuilder(Location).Database!));
        }
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Leaves nothing behind, once all tests are over.</summary>
    public static async Task DisposeAll()
    {
        if (Template.IsValueCreated)
        {
            if (Server is null)
            {
                Directory.Delete(await Template.Value, recursive: true);
            }
            else
            {
                if (Interlocked.Exchange(ref s_next, null) is { } next)
                    await Drop(await next);
                await Drop(await Template.Value);
            }
        }
        await Task.WhenAll(Dropping);
    }

    /// <returns>A folder on SQLite, a database's name on PostgreSQL.</returns>
    static async Task<string> Migrated()
    {
        var folder = NewFolder();
        var name = NewName();
        if (Server is not null)
            await OnServer($"CREATE DATABASE {name}");
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("CLOSEDDOOR_DATABASE", Server is null ? FileIn(folder) : At(name))])
            .Build();
        await using (var database = Database.Open(new Settings(configuration)))
            await new Migrator(database).Apply(TestHost.Start);
        if (Server is null)
            return folder;
        Directory.Delete(folder, recursive: true);
        return name; // Nobody is connected any more, as a template has to be.
    }

    static async Task<string> Copy(string template)
    {
        var name = NewName();
        await OnServer($"CREATE DATABASE {name} TEMPLATE {template}");
        return name;
    }

    static Task Drop(string name) => OnServer($"DROP DATABASE {name} WITH (FORCE)");

    static string NewFolder() => Directory.CreateTempSubdirectory("closeddoor-test-").FullName;

    static string NewName() => $"closeddoor_{Environment.ProcessId}_{Interlocked.Increment(ref s_count)}";

    static string FileIn(string folder) => Path.Combine(folder, "closeddoor.db");

    static string At(string name) => $"{Server};Database={name};Maximum Pool Size=16";

    static async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
