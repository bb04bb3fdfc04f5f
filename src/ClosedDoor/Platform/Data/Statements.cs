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

    internal Statements(DbConnection connection) => _connection = connection;

    protected Statements(Statements other) => _connection = other._connection;

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
            : _connection.QueryFirstOrDefaultAsync<T?>(sql, args);

    /// <summary>The one row that must be there.</summary>
    public Task<T> Get<T>(string sql, object? args = null) =>
        Sqlite is { } sqlite ? Task.FromResult(sqlite.Only<T>(sql, args)) : _connection.QueryFirstAsync<T>(sql, args);

    public async Task<List<T>> All<T>(string sql, object? args = null) =>
        Sqlite is { } sqlite ? sqlite.All<T>(sql, args) : (await _connection.QueryAsync<T>(sql, args)).AsList();

    /// <summary>How many rows changed: a guard in WHERE that held nothing back answers 1, a refused one 0.</summary>
    public Task<int> Execute(string sql, object? args = null) =>
        Sqlite is { } sqlite ? Task.FromResult(sqlite.Run(sql, args)) : _connection.ExecuteAsync(sql, args);
}
