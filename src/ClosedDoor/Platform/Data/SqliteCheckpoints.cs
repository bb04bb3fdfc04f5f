using Microsoft.Data.Sqlite;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// Carries what was committed from the write-ahead log into the database file, on a thread and a connection of its own:
/// on the writer's, a group of bookings now and then would wait for all of it. The log can only begin
/// again from its start when all of it has been carried over, which while bookings go on only the writer can see to: it
/// does the last, short stretch between two groups.
/// </summary>
sealed class SqliteCheckpoints : IDisposable
{
    /// <summary>
    /// In bytes, for SQLite: to this it cuts a log that has grown longer when it begins again. Longer than the log becomes
    /// here (<see cref="TooLong"/>) unless somebody reads for long, as to cut it stops the writer for tens of milliseconds.
    /// </summary>
    public const long LongestLog = 256 << 20;

    /// <summary>In pages of 4 KB: below it the log may go on, for beginning it again stops the writer for some 20 ms.</summary>
    const long WorthRestarting = 10_000;

    /// <summary>What the writer may be asked to carry itself. It flushes the database file too, which takes the most.</summary>
    const long ShortStretch = 200;

    /// <summary>Above it the writer carries all there is, however long that takes: the log must not grow for ever.</summary>
    const long TooLong = 2 * WorthRestarting;

    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly PreparedConnection _connection;
    readonly PreparedConnection _writer;
    readonly Action _failed;
    readonly Thread _thread;
    readonly ManualResetEventSlim _committed = new();
    readonly CancellationTokenSource _closing = new();
    volatile bool _writersTurn;

    /// <param name="connection">Its own from now on.</param>
    /// <param name="writer">Used only on the writer's thread.</param>
    /// <param name="failed">Called when it is not known how much of the log the disk has.</param>
    public SqliteCheckpoints(PreparedConnection connection, PreparedConnection writer, Action failed)
    {
        (_connection, _writer, _failed) = (connection, writer, failed);
        _thread = new Thread(Work) { IsBackground = true, Name = "sqlite-checkpoint" };
        _thread.Start();
    }

    /// <summary>On the writer's thread, between two groups.</summary>
    public void Committed()
    {
        _committed.Set();
        if (!_writersTurn)
            return;
        _writersTurn = false;
        Carry(_writer);
    }

    public void Dispose()
    {
        _closing.Cancel();
        _thread.Join();
        _connection.Dispose();
        _committed.Dispose();
        _closing.Dispose();
    }

    void Work()
    {
        try
        {
            while (true)
            {
                _committed.Wait(_closing.Token);
                _closing.Token.WaitHandle.WaitOne(Pause);
                _closing.Token.ThrowIfCancellationRequested();
                _committed.Reset();
                var (pages, remaining) = Carry(_connection);
                // What was added while it carried is not in what it reports as remaining: again, until that is little.
                var added = pages;
                for (var again = 0; again < 8 && pages > WorthRestarting && added > ShortStretch; again++)
                {
                    var before = pages;
                    (pages, remaining) = Carry(_connection);
                    added = pages - before;
                }
                _writersTurn =
                    pages > WorthRestarting && remaining <= ShortStretch && added <= ShortStretch || pages > TooLong;
            }
        }
        catch (OperationCanceledException)
        {
            // Closing the last connection carries over what is left.
        }
    }

    /// <summary>How many pages the log has, and how many of them are still to be carried over.</summary>
    (long Pages, long Remaining) Carry(PreparedConnection connection)
    {
        try
        {
            // PASSIVE waits for nobody, and nobody waits for it.
            var progress = connection.Only<Progress>("PRAGMA wal_checkpoint(PASSIVE)", null);
            return (progress.Log, progress.Log - progress.Checkpointed);
        }
        catch (SqliteException e)
        {
            // Tried again after the next group; until then it is the writes that tell of it.
            if (!SqliteFailure.IsOfTheMoment(e))
                _failed();
            return (0, 0);
        }
    }

    /// <summary>What the pragma answers; its <c>log</c> is the number of pages in the log.</summary>
    sealed record Progress
    {
        public long Log { get; init; }
        public long Checkpointed { get; init; }
    }
}
