using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// A SQLite connection that keeps its compiled statements, and runs them without ADO.NET in between: compiling a small
/// insert costs five times its run, and naming parameters and columns anew at every call costs twice. Used by one thread
/// at a time.
/// </summary>
sealed class PreparedConnection(string connectionString) : SqliteConnection(connectionString)
{
    // Statements are written in the source, so their number is bounded; a filter that is assembled has few forms.
    readonly Dictionary<string, PreparedStatement> _kept = new(StringComparer.Ordinal);

    const int ConfigMultithread = 2;
    const int ConfigMemoryStatus = 9;

    static PreparedConnection()
    {
        Batteries_V2.Init();
        // Each connection is used by one thread at a time, so SQLite need not lock every call; and nobody reads its
        // memory statistics, whose one mutex all allocations of all threads would share. Worth a tenth of a booking.
        raw.sqlite3_config(ConfigMultithread);
        raw.sqlite3_config(ConfigMemoryStatus, 0);
    }

    /// <summary>Opens one, and sets it up by these pragmas.</summary>
    public static PreparedConnection Open(string connectionString, string pragmas)
    {
        var connection = new PreparedConnection(connectionString);
        try
        {
            connection.Open();
            // Waiting for another process's lock is SQLite's matter; checkpoints are this process's own. Not by a command,
            // which says nothing of what fails behind the first statement that gives a row.
            var result = raw.sqlite3_exec(
                connection.Handle,
                $"PRAGMA busy_timeout=10000; PRAGMA wal_autocheckpoint=0; {pragmas}"
            );
            SqliteException.ThrowExceptionForRC(result, connection.Handle);
            return connection;
        }
        catch
        {
            connection.Dispose(); // What fails in an outage is tried again and again, each time with another file handle.
            throw;
        }
    }

    /// <summary>The first row, or default.</summary>
    public T? First<T>(string sql, object? args)
    {
        using var run = Start(sql, args);
        return run.Step() ? run.Row<T>() : default;
    }

    /// <exception cref="InvalidOperationException">There is no row.</exception>
    public T Only<T>(string sql, object? args)
    {
        using var run = Start(sql, args);
        return run.Step() ? run.Row<T>() : throw new InvalidOperationException("The query found no row.");
    }

    public List<T> All<T>(string sql, object? args)
    {
        var rows = new List<T>();
        using var run = Start(sql, args);
        while (run.Step())
            rows.Add(run.Row<T>());
        return rows;
    }

    /// <summary>How many rows an INSERT, UPDATE or DELETE changed.</summary>
    public int Run(string sql, object? args)
    {
        if (args is null && IsScript(sql))
        {
            using var script = CreateCommand();
            script.CommandText = sql;
            return script.ExecuteNonQuery();
        }
        using var run = Start(sql, args);
        while (run.Step()) { }
        return raw.sqlite3_changes(Handle);
    }

    /// <summary>Rows changed on this connection since it was opened: the same number twice means that nothing was written.</summary>
    public int ChangesSoFar => raw.sqlite3_total_changes(Handle);

    /// <summary>Several statements, as a migration has them: nothing to keep.</summary>
    static bool IsScript(string sql) => sql.AsSpan().TrimEnd().TrimEnd(';').Contains(';');

    PreparedStatement.Execution Start(string sql, object? args)
    {
        if (!_kept.TryGetValue(sql, out var statement))
            _kept.Add(sql, statement = new PreparedStatement(this, sql));
        return statement.Start(args);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var statement in _kept.Values)
                statement.Dispose();
            _kept.Clear();
        }
        base.Dispose(disposing);
    }
}
