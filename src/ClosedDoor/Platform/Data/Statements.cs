using System.Data.Common;
using Dapper;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// SQL on an open connection. On SQLite every call completes before it returns, which is what lets the single
/// writer run many callers' work in one transaction; on PostgreSQL every call really awaits.
/// </summary>
public class Statements
{
    readonly DbConnection _connection;
    readonly Deferred? _deferred;

    internal Statements(DbConnection connection, Deferred? deferred = null) =>
        (_connection, _deferred) = (connection, deferred);

    protected Statements(Statements other) => (_connection, _deferred) = (other._connection, other._deferred);

    PreparedConnection? Sqlite => _connection as PreparedConnection;

    /// <summary>
    /// Appended to a SELECT whose rows the same transaction goes on to change. SQLite needs nothing: its one writer
    /// already holds the write.
    /// </summary>
    public string ForUpdate => Sqlite is not null ? "" : "FOR NO KEY UPDATE";

    /// <summary>As <see cref="ForUpdate"/>, passing over rows that another worker holds.</summary>
    public string ForUpdateSkipLocked => Sqlite is not null ? "" : "FOR NO KEY UPDATE SKIP LOCKED";

    /// <summary>
    /// For FROM: the objects of a parameter that is a JSON array, one a row, in a column <c>value</c> of which both
    /// engines read a field as text by <c>value ->> 'field'</c>.
    /// </summary>
    public string ElementsOf(string parameter) =>
        Sqlite is not null
            ? $"json_each({parameter})"
            : $"json_array_elements(CAST({parameter} AS json)) AS element (value)";

    /// <summary>The first row, or null.</summary>
    public Task<T?> Find<T>(string sql, object? args = null) =>
        Sqlite is { } sqlite
            ? Task.FromResult(sqlite.First<T>(sql, args))
            : OnServer(static (server, sql, args) => server.QueryFirstOrDefaultAsync<T?>(sql, args), sql, args);

    /// <summary>The one row that must be there.</summary>
    public Task<T> Get<T>(string sql, object? args = null) =>
        Sqlite is { } sqlite
            ? Task.FromResult(sqlite.Only<T>(sql, args))
            : OnServer(static (server, sql, args) => server.QueryFirstAsync<T>(sql, args), sql, args);

    public async Task<List<T>> All<T>(string sql, object? args = null) =>
        Sqlite is { } sqlite
            ? sqlite.All<T>(sql, args)
            : (await OnServer(static (server, sql, args) => server.QueryAsync<T>(sql, args), sql, args)).AsList();

    /// <summary>How many rows changed: a guard in WHERE that held nothing back answers 1, a refused one 0.</summary>
    public Task<int> Execute(string sql, object? args = null) =>
        Sqlite is { } sqlite
            ? Task.FromResult(sqlite.Run(sql, args))
            : OnServer(static (server, sql, args) => server.ExecuteAsync(sql, args), sql, args);

    /// <summary>
    /// A statement of which nobody asks how many rows it changed. It is done before the next one and before the commit:
    /// an error may only come then.
    /// </summary>
    public Task Later(string sql, object? args) => _deferred?.Add(sql, args) ?? Execute(sql, args);

    async Task<T> OnServer<T>(Func<DbConnection, string, object?, Task<T>> run, string sql, object? args)
    {
        if (_deferred is not null)
            await _deferred.Send();
        return await run(_connection, sql, args);
    }
}
