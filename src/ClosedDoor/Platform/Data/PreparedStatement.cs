using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ClosedDoor.Platform.Data;

/// <summary>A compiled SQLite statement with what it takes to bind a call's arguments to it and to read its rows.</summary>
sealed class PreparedStatement : IDisposable
{
    readonly sqlite3 _database;
    readonly sqlite3_stmt _statement;
    readonly int _parameters;

    // Nearly every statement is called with one type of arguments, and read into one type of rows.
    Type? _argumentType;
    ArgumentPlan? _arguments;
    object? _rows;
    int _columns;

    /// <exception cref="SqliteException">The SQL does not fit the schema.</exception>
    public PreparedStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
        _parameters = raw.sqlite3_bind_parameter_count(_statement);
    }

    /// <summary>Binds the arguments; the caller steps through the rows and ends the execution.</summary>
    public Execution Start(object? args)
    {
        if (_parameters > 0)
        {
            ArgumentNullException.ThrowIfNull(args);
            if (_argumentType != args.GetType())
            {
                // In this order: a plan that cannot be made leaves no type behind that would seem to have one.
                _arguments = ArgumentPlan.Of(_statement, _parameters, args.GetType());
                _argumentType = args.GetType();
            }
            _arguments!.Bind(_statement, args);
        }
        return new Execution(this);
    }

    public void Dispose() => _statement.Dispose();

    void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }

    RowPlan<T> RowsAs<T>()
    {
        // SQLite compiles a statement again by itself when the schema has changed: then its columns may be others.
        var columns = raw.sqlite3_column_count(_statement);
        if (_rows is RowPlan<T> plan && columns == _columns)
            return plan;
        _columns = columns;
        plan = RowPlan<T>.Of(_statement);
        _rows = plan;
        return plan;
    }

    /// <summary>One run of the statement. Ends with <see cref="Dispose"/>, after which the next one can begin.</summary>
    public readonly struct Execution(PreparedStatement owner) : IDisposable
    {
        /// <summary>Whether there is one more row.</summary>
        /// <exception cref="SqliteException">A constraint forbids it, the disk is full, another process holds the lock.</exception>
        public bool Step()
        {
            var result = raw.sqlite3_step(owner._statement);
            if (result == raw.SQLITE_ROW)
                return true;
            if (result != raw.SQLITE_DONE)
                SqliteException.ThrowExceptionForRC(result, owner._database);
            return false;
        }

        public T Row<T>() => owner.RowsAs<T>().Read(owner._statement);

        public void Dispose()
        {
            _ = raw.sqlite3_reset(owner._statement); // Repeats the error of the step, which has been thrown already.
            _ = raw.sqlite3_clear_bindings(owner._statement); // A file that was bound would stay in memory.
        }
    }
}
