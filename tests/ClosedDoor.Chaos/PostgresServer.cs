using ClosedDoor.Tests;
using Npgsql;

namespace ClosedDoor.Chaos;

/// <summary>A PostgreSQL server of the run's own, on loopback, that can be stopped as by a power cut.</summary>
sealed class PostgresServer : IAsyncDisposable
{
    static readonly TimeSpan LongestToAnswer = TimeSpan.FromSeconds(60);

    readonly string _bin;
    readonly string _data;
    readonly string _folder;
    readonly string _log;
    readonly int _port = Ports.Free();
    readonly int _patience;

    PostgresServer(string bin, string folder, string log, int patience) =>
        (_bin, _folder, _data, _log, _patience) = (
            bin,
            folder,
            Path.Combine(folder, "data"),
            Path.Combine(log, "log"),
            patience
        );

    /// <summary>How often it has said that its disk is full.</summary>
    public int TimesFull =>
        File.Exists(_log)
            ? File.ReadLines(_log).Count(line => line.Contains("No space left on device", StringComparison.Ordinal))
            : 0;

    public string Location => At("closeddoor");

    /// <param name="scratch">Has its files.</param>
    /// <param name="patience">For how many seconds whoever asks waits for a connection.</param>
    public static async Task<PostgresServer?> Start(Scratch scratch, int patience)
    {
        if (!Directory.Exists("/usr/lib/postgresql"))
            return null;
        var bin = Directory
            .GetDirectories("/usr/lib/postgresql")
            .OrderBy(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .Last();
        // Its log is elsewhere: on a disk that is full it could not say so.
        var server = new PostgresServer(bin, scratch.In("postgres"), scratch.In("postgres-log"), patience);
        if (Environment.UserName == "root")
        {
            // It refuses to run as root, and so must be able to come to its folder.
            await Scratch.Run(true, "chmod", "755", scratch.Folder);
            await Scratch.Run(true, "chown", "postgres", server._folder, Path.GetDirectoryName(server._log)!);
        }
        await server.Run(
            "initdb",
            "-D",
            server._data,
            "-A",
            "trust",
            "-U",
            "postgres",
            "-E",
            "UTF8",
            "--locale=C.UTF-8"
        );
        await server.Resume();
        await server.Make("closeddoor");
        return server;
    }

    /// <summary>An empty database, and where it is.</summary>
    public async Task<string> Make(string name)
    {
        await using var connection = new NpgsqlConnection($"{At("postgres")};Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return At(name);
    }

    /// <summary>No shutdown checkpoint, connections cut: it recovers from its log at the next start.</summary>
    public Task Crash() => Run("pg_ctl", "-D", _data, "-m", "immediate", "-w", "stop");

    /// <summary>
    /// Until it answers. One that has met a full disk may still be ending, and is in its own successor's way, or be
    /// coming back by itself.
    /// </summary>
    public async Task Resume()
    {
        var began = TimeProvider.System.GetTimestamp();
        do
        {
            await Begin();
            if (await Answers())
                return;
            await Task.Delay(200);
        } while (TimeProvider.System.GetElapsedTime(began) < LongestToAnswer);
        throw new InvalidOperationException(
            $"PostgreSQL does not answer:\n{string.Join('\n', File.ReadLines(_log).TakeLast(5))}"
        );
    }

    async Task<bool> Answers()
    {
        try
        {
            await using var connection = new NpgsqlConnection($"{At("postgres")};Pooling=false");
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    Task<int> Begin() =>
        Run(
            "pg_ctl",
            "-D",
            _data,
            "-w",
            "-t",
            "60",
            "-l",
            _log,
            "-o",
            $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={_folder} -c max_connections=200 -c min_wal_size=32MB -c max_wal_size=64MB",
            "start"
        );

    string At(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Timeout={_patience}";

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await Run("pg_ctl", "-D", _data, "-m", "immediate", "-w", "stop");
    }

    Task<int> Run(string tool, params string[] arguments) =>
        Environment.UserName == "root"
            ? Scratch.Run(
                tool is not "pg_ctl",
                "runuser",
                ["-u", "postgres", "--", Path.Combine(_bin, tool), .. arguments]
            )
            : Scratch.Run(tool is not "pg_ctl", Path.Combine(_bin, tool), arguments);
}
