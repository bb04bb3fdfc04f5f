using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// The one writer of a SQLite file, which commits in groups: what waits goes into one BEGIN IMMEDIATE, then one
/// commit, one flush of the write-ahead log, and only then do the callers hear of it. A disk flush costs far more than a
/// booking, so sharing it is what makes many bookings a second possible. Work that has to be taken back after it has written
/// is rare: then its group starts over, each item in a savepoint of its own, which costs a copy of every page that it touches.
/// </summary>
sealed class SqliteWriter : IDisposable
{
    /// <summary>
    /// So that the flush of one group overlaps the work on the next: short enough that those who wait come in two groups or
    /// more. In longer ones all callers go in step, and the writer waits for their next requests.
    /// </summary>
    static readonly TimeSpan LongestGroup = TimeSpan.FromMilliseconds(3);

    readonly PreparedConnection _connection;
    readonly Statements _statements;
    readonly SqliteCheckpoints _checkpoints;
    readonly SqliteFlush<SqliteWork>? _flush;
    readonly Channel<SqliteWork> _queue = Channel.CreateUnbounded<SqliteWork>(new() { SingleReader = true });
    readonly Thread _thread;
    readonly int _largestGroup;

    /// <param name="connectionString">Opens it for writing.</param>
    /// <param name="largestGroup">How many writes share a commit at the most.</param>
    public SqliteWriter(string connectionString, int largestGroup)
    {
        _largestGroup = largestGroup;
        _connection = PreparedConnection.Open(
            connectionString,
            // NORMAL leaves the flush after a commit to SqliteFlush, and keeps those that a checkpoint needs. The cache, in
            // KB, is no larger because SQLite goes through all of it at nearly every commit (pcache1TruncateUnsafe).
            $"PRAGMA journal_mode=WAL; PRAGMA synchronous={(largestGroup > 1 ? "NORMAL" : "FULL")}; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit={SqliteCheckpoints.LongestLog};"
        );
        _statements = new Statements(_connection);
        if (largestGroup > 1)
            _flush = new SqliteFlush<SqliteWork>(
                // Where the path is a link, the log lies beside the file that it leads to.
                _connection.Only<string>("SELECT file FROM pragma_database_list WHERE name = 'main'", null),
                (item, failure) =>
                {
                    if (failure is not null)
                        item.Refuse(failure);
                    item.Answer();
                }
            );
        _checkpoints = new SqliteCheckpoints(
            PreparedConnection.Open(connectionString, "PRAGMA synchronous=FULL;"),
            _connection,
            failed: () => _flush?.Fail()
        );
        _thread = new Thread(CommitGroups) { IsBackground = true, Name = "sqlite-writer" };
        _thread.Start();
    }

    /// <exception cref="ObjectDisposedException">The writer is closed.</exception>
    public Task<T> Write<T>(Func<Transaction, Task<T>> work)
    {
        var item = new SqliteWork<T>(work);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(item), this);
        return item.Done;
    }

    /// <summary>Returns when everything that waits is written and answered.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        _thread.Join();
        _flush?.Dispose();
        _checkpoints.Dispose();
        _connection.Dispose();
    }

    void CommitGroups()
    {
        var group = new List<SqliteWork>();
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            group.Clear();
            try
            {
                Commit(group);
            }
            catch (Exception e)
            {
                FailGroup(group, e);
                continue;
            }
            // From here on the group is out of this thread's hands: nothing may answer it a second time.
            if (_flush is not null)
                _flush.Add(group);
            else
                group.ForEach(item => item.Answer());
            _checkpoints.Committed();
        }
    }

    void Commit(List<SqliteWork> group)
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
    }

    /// <summary>Runs what waits. False when an item has to be taken back, and the others cannot be told apart from it.</summary>
    bool RunTogether(List<SqliteWork> group, long started)
    {
        while (group.Count < _largestGroup && _queue.Reader.TryRead(out var item))
        {
            group.Add(item);
            try
            {
                item.Run(new TogetherScope(_statements, _connection));
            }
            catch (Exception e) when (!SqliteFailure.IsOfDisk(e))
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
            item.Run(new ApartScope(_statements));
        }
        catch (Exception e) when (!SqliteFailure.IsOfDisk(e))
        {
            item.Refuse(e);
            Run("ROLLBACK TO item");
        }
        Run("RELEASE item");
    }

    /// <summary>
    /// After a failed flush nothing is written before all that the log has is safe in the database file. It is read as this
    /// system still has it in memory: what the system has dropped since the failure, within the moment until the next
    /// group, would be read from the disk instead, and SQLite compares no checksums here.
    /// </summary>
    void MendLog()
    {
        if (_flush is not { Failed: true })
            return;
        if (_connection.Only<long>("PRAGMA wal_checkpoint(TRUNCATE)", null) != 0)
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
            e is SqliteException sqlite && SqliteFailure.IsOutage(sqlite)
                ? new DatabaseUnavailableException(e.Message, e)
                : e;
        if (group.Count == 0 && _queue.Reader.TryRead(out var first))
            group.Add(first); // The write could not even begin: answer one caller, then try again for the next.
        foreach (var item in group)
        {
            item.Refuse(reason);
            item.Answer();
        }
    }

    void Run(string sql) => _connection.Run(sql, null);

    /// <summary>One item among others in one transaction: what it has written cannot be taken back alone.</summary>
    sealed class TogetherScope(Statements statements, PreparedConnection writer) : Transaction(statements)
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
