using Microsoft.Data.Sqlite;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// A SQLite connection that keeps its compiled statements. Dapper makes a new command for every call, and compiling
/// the SQL costs more than running it: a small insert takes about five times as long without this.
/// Used by one thread at a time.
/// </summary>
sealed class StatementCache(string connectionString) : SqliteConnection(connectionString)
{
    // Statements are written in the source, so their number is bounded; a filter that is assembled has few forms.
    readonly Dictionary<string, KeptCommand> _kept = new(StringComparer.Ordinal);
    string? _next;

    /// <summary>Names the SQL that the very next command will run, so that its compiled form can be found.</summary>
    public void Next(string sql) => _next = sql;

    public override SqliteCommand CreateCommand()
    {
        if (_next is not { } sql)
            return base.CreateCommand();
        _next = null;

        if (_kept.TryGetValue(sql, out var kept) && !kept.InUse)
        {
            kept.InUse = true;
            return kept;
        }
        if (kept is not null)
            return base.CreateCommand(); // The same statement, begun again while its rows are still being read.

        kept = new KeptCommand(this, sql) { InUse = true };
        _kept.Add(sql, kept);
        return kept;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var kept in _kept.Values)
                kept.Finish();
            _kept.Clear();
        }
        base.Dispose(disposing);
    }

    sealed class KeptCommand : SqliteCommand
    {
        public KeptCommand(SqliteConnection connection, string sql)
            : base(sql, connection) { }

        public bool InUse { get; set; }

        public void Finish() => base.Dispose(true);

        // The caller is done with the command: what it compiled stays, so the base is not told.
#pragma warning disable CA2215
        protected override void Dispose(bool disposing)
#pragma warning restore CA2215
        {
            Parameters.Clear();
            InUse = false;
        }
    }
}
