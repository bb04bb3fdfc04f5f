using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ClosedDoor.Platform.Data;

/// <summary>SQLite, embedded: reads on a pool of connections that never wait for writes, and one writer.</summary>
sealed class SqliteEngine : IEngine
{
    /// <summary>How many writes share a commit at the most. The writer's clock ends nearly every group before.</summary>
    public const int LargestGroup = 512;

    readonly string _readConnection;
    readonly ConcurrentBag<PreparedConnection> _readers = [];
    readonly SqliteWriter _writer;
    readonly PreparedConnection _watcher;
    readonly SqliteCommand _watch;
    int _disposed;

    /// <param name="path">The database file; its folder is made.</param>
    /// <param name="largestGroup">How many writes share a commit at the most.</param>
    /// <exception cref="DatabaseUnavailableException">The file cannot be made or opened, or is no database.</exception>
    public static SqliteEngine Open(string path, int largestGroup)
    {
        try
        {
            return new(path, largestGroup);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new DatabaseUnavailableException($"The database {path} cannot be opened: {e.Message}", e);
        }
    }

    SqliteEngine(string path, int largestGroup)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        if (!File.Exists(path))
            CreateForOwnUser(path);

        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        _writer = new SqliteWriter(settings.ToString(), largestGroup);

        settings.Mode = SqliteOpenMode.ReadOnly;
        _readConnection = settings.ToString();

        _watcher = PreparedConnection.Open(_readConnection, "PRAGMA query_only=ON;");
        _watch = _watcher.CreateCommand();
        _watch.CommandText = "PRAGMA data_version";
    }

    /// <summary>
    /// Names, addresses and password hashes will be in it: for the service's own user alone, and so is what SQLite lays
    /// beside it. Only a file that is not there is opened here: to close one would drop this process's locks on it (POSIX).
    /// </summary>
    static void CreateForOwnUser(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    /// <summary>How a table is stored, never what it holds.</summary>
    public string WithItsOwn(string migration) =>
        migration.Replace("/*sqlite: WITHOUT ROWID*/", "WITHOUT ROWID", StringComparison.Ordinal);

    /// <summary>
    /// So many that those who find a seat share commits, and so few that by the turns of the others of a rush the seats are
    /// seen to be gone: these need not go through the writer.
    /// </summary>
    public Turns Turns { get; } = new(atOnce: 16);

    /// <summary>SQLite's own number: another one after a commit by whatever connection, also of another process.</summary>
    public long? Version
    {
        get
        {
            try
            {
                lock (_watch)
                    return (long)_watch.ExecuteScalar()!;
            }
            catch (SqliteException e) when (SqliteFailure.IsOutage(e))
            {
                throw new DatabaseUnavailableException(e.Message, e);
            }
        }
    }

    public async Task<T> Read<T>(Func<Statements, Task<T>> work)
    {
        PreparedConnection? connection = null;
        try
        {
            connection = _readers.TryTake(out var idle)
                ? idle
                : PreparedConnection.Open(
                    _readConnection,
                    "PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                );
            return await work(new Statements(connection));
        }
        catch (SqliteException e) when (SqliteFailure.IsOutage(e))
        {
            throw new DatabaseUnavailableException(e.Message, e);
        }
        finally
        {
            if (connection is not null)
                _readers.Add(connection);
        }
    }

    public Task<T> Write<T>(Func<Transaction, Task<T>> work) => _writer.Write(work);

    public Task Migrate(Func<Statements, Task> work) =>
        // IMMEDIATE takes the file's write lock, so a second process waits here and then finds nothing left to do.
        Write<bool>(async tx =>
        {
            await work(tx);
            return true;
        });

    public async ValueTask DisposeAsync()
    {
        // The container disposes it at the end, also where somebody who closed the database earlier did.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        await Task.Run(_writer.Dispose);
        await _watch.DisposeAsync();
        await _watcher.DisposeAsync();
        foreach (var reader in _readers)
            await reader.DisposeAsync();
    }
}
