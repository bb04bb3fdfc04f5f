using Npgsql;

namespace ClosedDoor.Tests.Given;

/// <summary>
/// An empty database on the engine that the run is for: SQLite, or the PostgreSQL server that
/// CLOSEDDOOR_TEST_POSTGRES names (<c>Host=…;Port=…;Username=…</c>).
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    static readonly string? Server = Environment.GetEnvironmentVariable("CLOSEDDOOR_TEST_POSTGRES");
    static int s_count;

    TestDatabase(string folder, string location) => (Folder, Location) = (folder, location);

    public static bool IsPostgres => Server is not null;

    /// <summary>For files: SQLite's, and what the service keeps under CLOSEDDOOR_DATA.</summary>
    public string Folder { get; }

    /// <summary>The value for CLOSEDDOOR_DATABASE.</summary>
    public string Location { get; }

    public static async Task<TestDatabase> Create()
    {
        var folder = Directory.CreateTempSubdirectory("closeddoor-test-").FullName;
        if (Server is null)
            return new(folder, Path.Combine(folder, "closeddoor.db"));

        var name = $"closeddoor_{Environment.ProcessId}_{Interlocked.Increment(ref s_count)}";
        await OnServer($"CREATE DATABASE {name}");
        return new(folder, $"{Server};Database={name};Maximum Pool Size=16");
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
        {
            NpgsqlConnection.ClearAllPools();
            await OnServer($"DROP DATABASE {new NpgsqlConnectionStringBuilder(Location).Database} WITH (FORCE)");
        }
        Directory.Delete(Folder, recursive: true);
    }

    static async Task OnServer(string sql)
    {
        await using var connection = new NpgsqlConnection($"{Server};Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
