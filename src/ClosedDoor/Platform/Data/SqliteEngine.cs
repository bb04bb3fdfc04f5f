using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// SQLite with one writer that commits in groups: all work that waits goes into one BEGIN IMMEDIATE, then one commit, one
/// flush of the write-ahead log, and only then do the callers hear of it. A disk flush costs far more than a booking, so
/// sharing it is what makes many bookings a second possible. Work that has to be taken back after it has written is rare:
/// then its group starts over, each item in a savepoint of its own, which costs a copy of every page that it touches.
/// </summary>
sealed class SqliteEngine : IEngine
{
    /// <summary>Keeps one commit short enough that nobody waits long for it.</summary>
    public const int LargestGroup = 512;

    static readonly TimeSpan LongestGroup = TimeSpan.FromMilliseconds(20);

    readonly string _readConnection;
    readonly ConcurrentBag<StatementCache> _readers = [];
    readonly StatementCache _writer;
    readonly StatementCache _watcher;
    readonly SqliteCommand _watch;
    readonly Statements _writerStatements;
    readonly SqliteCheckpoints _checkpoints;
    readonly SqliteFlush<SqliteWork>? _flush;
    readonly Channel<SqliteWork> _queue = Channel.CreateUnbounded<SqliteWork>(new() { SingleReader = true });
    int _disposed;
    readonly Thread _thread;
    readonly int _largestGroup;

    /// <param name="path">The database file; its folder is made.</param>
    /// <param name="largestGroup">How many writes share a commit at the most.</param>
    public SqliteEngine(string path, int largestGroup)
    {
        _largestGroup = largestGroup;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        if (!File.Exists(path))
            CreateForOwnUser(path);

        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        _writer = Open(
            settings.ToString(),
            // NORMAL leaves the flush after a commit to SqliteFlush, and keeps those that a checkpoint needs.
            $"PRAGMA journal_mode=WAL; PRAGMA synchronous={(largestGroup > 1 ? "NORMAL" : "FULL")}; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
        );
        _writerStatements = new Statements(_writer);
        if (largestGroup > 1)
            _flush = new SqliteFlush<SqliteWork>(
                path,
                (item, failure) =>
                {
                    if (failure is not null)
                        item.Refuse(failure);
                    item.Answer();
                }
            );
        _checkpoints = new SqliteCheckpoints(Open(settings.ToString(), "PRAGMA synchronous=FULL;"), _writer);

        settings.Mode = SqliteOpenMode.ReadOnly;
        _readConnection = settings.ToString();

        _watcher = Open(_readConnection, "PRAGMA query_only=ON;");
        _watch = _watcher.CreateCommand();
        _watch.CommandText = "PRAGMA data_version";

        _thread = new Thread(CommitGroups) { IsBackground = true, Name = "sqlite-writer" };
        _thread.Start();
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

    public string Name => "sqlite";

    public Turns? Turns => null;

    /// <summary>SQLite's own number: another one after a commit by whatever connection, also of another process.</summary>
    public long? Version
    {
        get
        {
            lock (_watch)
                return (long)_watch.ExecuteScalar()!;
        }
    }

    public async Task<T> Read<T>(Func<Statements, Task<T>> work)
    {
        var connection = _readers.TryTake(out var idle)
            ? idle
            : Open(
                _readConnection,
                "PRAGMA query_only=ON; PRAGMA cache_size=-8192; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
            );
        try
        {
            return await work(new Statements(connection));
        }
        catch (SqliteException e) when (IsOutage(e))
        {
            throw new DatabaseUnavailableException(e.Message, e);
        }
        finally
        {
            _readers.Add(connection);
        }
    }

    public Task<T> Write<T>(Func<Transaction, Task<T>> work)
    {
        var item = new SqliteWork<T>(work);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(item), this);
        return item.Done;
    }

    public async Task Migrate(Func<Statements, Task> work)
    {
        // IMMEDIATE takes the file's write lock, so a second process waits here and then finds nothing left to do.
        await Write<bool>(async tx =>
        {
            await work(tx);
            return true;
        });
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes it at the end, also where somebody who closed the database earlier did.
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
            return;
        _queue.Writer.TryComplete();
        await Task.Run(_thread.Join);
        _flush?.Dispose();
        _checkpoints.Dispose();
        await _writer.DisposeAsync();
        await _watch.DisposeAsync();
        await _watcher.DisposeAsync();
        foreach (var reader in _readers)
            await reader.DisposeAsync();
    }

    static SqliteEngine()
    {
        SQLitePCL.Batteries_V2.Init();
        // Each connection is used by one thread at a time, so SQLite need not lock every call; and nobody reads its
        // memory statistics, whose one mutex all allocations of all threads would share. Worth a tenth of a booking.
        SQLitePCL.raw.sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
        SQLitePCL.raw.sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    }

    const int SQLITE_CONFIG_MULTITHREAD = 2;
    const int SQLITE_CONFIG_MEMSTATUS = 9;

    static StatementCache Open(string connectionString, string pragmas)
    {
        var connection = new StatementCache(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        // Waiting for another process's lock is SQLite's matter; checkpoints are this process's own.
        command.CommandText = $"PRAGMA busy_timeout=10000; PRAGMA wal_autocheckpoint=0; {pragmas}";
        command.ExecuteNonQuery();
        return connection;
    }

    void CommitGroups()
    {
        var group = new List<SqliteWork>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            try
            {
                MendLog();
                Run("BEGIN IMMEDIATE");
                var started = Stopwatch.GetTimestamp();
                if (!RunTogether(group, started))
                {
                    Run("ROLLBACK");
                    Run("BEGIN IMMEDIATE");
                    group.ForEach(RunApart);
                }
                Run("COMMIT");
                DatabaseMeters.GroupCommitted(group.Count, Stopwatch.GetElapsedTime(started));
                if (_flush is not null)
                    _flush.Add(group);
                else
                    group.ForEach(item => item.Answer());
                _checkpoints.Committed();
            }
            catch (Exception e)
            {
                FailGroup(group, e);
            }
        }
    }

    /// <summary>Runs what waits. False when an item has to be taken back, and the others cannot be told apart from it.</summary>
    bool RunTogether(List<SqliteWork> group, long started)
    {
        while (group.Count < _largestGroup && _queue.Reader.TryRead(out var item))
        {
            group.Add(item);
            try
            {
                item.Run(new TogetherScope(_writerStatements, _writer));
            }
            catch (Exception e) when (!IsDiskFailure(e))
            {
                return false;
            }
            if (Stopwatch.GetElapsedTime(started) > LongestGroup)
                break;
        }
        return true;
    }

    void RunApart(SqliteWork item)
    {
        Run("SAVEPOINT item");
        try
        {
            item.Run(new ApartScope(_writerStatements));
        }
        catch (Exception e) when (!IsDiskFailure(e))
        {
            item.Refuse(e);
            Run("ROLLBACK TO item");
        }
        Run("RELEASE item");
    }

    static bool IsDiskFailure(Exception e) => e is SqliteException { SqliteErrorCode: DiskFull or DiskError };

    /// <summary>After a failed flush nothing is written before all that the log has is safe in the database file.</summary>
    void MendLog()
    {
        if (_flush is not { Failed: true })
            return;
        if (_writer.Only<long>("PRAGMA wal_checkpoint(TRUNCATE)", null) != 0)
            throw new DatabaseUnavailableException("The write-ahead log could not be flushed.", new IOException());
        _flush.Mended();
    }

    void FailGroup(List<SqliteWork> group, Exception e)
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has already rolled back, as it does on a full disk.
        }
        var reason =
            e is SqliteException sqlite && IsOutage(sqlite) ? new DatabaseUnavailableException(e.Message, e) : e;
        if (group.Count == 0 && _queue.Reader.TryRead(out var first))
            group.Add(first); // The write could not even begin: answer one caller, then try again for the next.
        foreach (var item in group)
        {
            item.Refuse(reason);
            item.Answer();
        }
    }

    void Run(string sql) => _writer.Run(sql, null);

    const int Busy = 5,
        Locked = 6,
        DiskError = 10,
        DiskFull = 13,
        CannotOpen = 14,
        ReadOnly = 8;

    public static bool IsOutage(SqliteException e) =>
        e.SqliteErrorCode is Busy or Locked or DiskError or DiskFull or CannotOpen or ReadOnly;

    /// <summary>One item among others in one transaction: what it has written cannot be taken back alone.</summary>
    sealed class TogetherScope(Statements statements, StatementCache writer) : Transaction(statements)
    {
        readonly int _before = writer.ChangesSoFar;

        public override Task Undo() =>
            writer.ChangesSoFar == _before ? Task.CompletedTask : throw new InvalidOperationException("Run it apart.");
    }

    sealed class ApartScope(Statements statements) : Transaction(statements)
    {
        public override Task Undo() => Execute("ROLLBACK TO item");
    }
}
