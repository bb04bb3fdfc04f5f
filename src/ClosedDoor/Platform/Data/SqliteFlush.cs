using Microsoft.Win32.SafeHandles;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// Makes committed groups durable, and only then lets their callers hear of it. The flush of the write-ahead log is done
/// here and not by SQLite in COMMIT, so that the writer works on the next group while the disk works on this one. One
/// flush covers all groups that were committed before it began: the log is one file, written from front to back.
/// </summary>
sealed class SqliteFlush<TItem>(string database, Action<TItem, Exception?> answer) : IDisposable
{
    readonly object _gate = new();
    List<TItem> _committed = [];
    List<TItem> _flushing = [];
    SafeFileHandle? _log;
    Thread? _thread;
    bool _closing;
    volatile bool _failed;

    /// <summary>
    /// A flush has failed, and what is in the log may have a hole on the disk. Nothing may be told to be durable until
    /// all of it has been carried into the database file: see <see cref="Mended"/>.
    /// </summary>
    public bool Failed => _failed;

    /// <summary>Somebody else's flush has failed.</summary>
    public void Fail() => _failed = true;

    public void Mended() => _failed = false;

    /// <summary>On the writer's thread, after COMMIT.</summary>
    public void Add(List<TItem> group)
    {
        lock (_gate)
        {
            _committed.AddRange(group);
            Monitor.Pulse(_gate);
            if (_thread is not null)
                return;
            _thread = new Thread(Work) { IsBackground = true, Name = "sqlite-flush" };
            _thread.Start();
        }
    }

    /// <summary>Returns when everything that was added is flushed and answered.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
        _thread?.Join();
        _log?.Dispose();
    }

    void Work()
    {
        while (Take())
        {
            var failure = Flush();
            foreach (var item in _flushing)
                answer(item, failure);
            _flushing.Clear();
        }
    }

    bool Take()
    {
        lock (_gate)
        {
            while (_committed.Count == 0 && !_closing)
                Monitor.Wait(_gate);
            (_committed, _flushing) = (_flushing, _committed);
            return _flushing.Count > 0;
        }
    }

    DatabaseUnavailableException? Flush()
    {
        try
        {
            if (_failed)
                throw new IOException("An earlier flush of the write-ahead log has failed.");
            // The log is there once something has been committed, and stays the same file while the writer has it open.
            _log ??= OpenLog();
            Disk.Flush(_log);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            return new DatabaseUnavailableException(e.Message, e);
        }
    }

    SafeFileHandle OpenLog()
    {
        // Both files may be new, and SQLite sees to their names only where it flushes the log by itself.
        Disk.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(database))!);
        return File.OpenHandle(
            $"{database}-wal",
            FileMode.Open,
            FileAccess.ReadWrite,
            FileShare.ReadWrite | FileShare.Delete
        );
    }
}
