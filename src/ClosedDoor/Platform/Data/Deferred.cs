using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// Statements of a transaction in PostgreSQL whose outcome nobody waits for. All that have come together go to the server
/// in one round trip, which costs more than most of them: before the next statement that somebody waits for, or before
/// the commit.
/// </summary>
sealed partial class Deferred(DbConnection connection)
{
    /// <summary>In one round trip: a job may have thousands.</summary>
    const int Most = 32;

    static readonly ConcurrentDictionary<(string Sql, int Place), (string Sql, string[] Parameters)> Renamed = new();

    readonly List<(string Sql, object? Args)> _waiting = [];

    public async Task Add(string sql, object? args)
    {
        if (_waiting.Count == Most)
            await Send();
        _waiting.Add((sql, args));
    }

    /// <summary>What has not been sent is not to happen.</summary>
    public void Forget() => _waiting.Clear();

    public Task Send() => _waiting.Count == 0 ? Task.CompletedTask : Send(then: "");

    /// <summary>
    /// The commit goes with them in the same round trip; the server does not come to it after an error. False when there
    /// are none: nothing is committed.
    /// </summary>
    public async Task<bool> SendAndCommit()
    {
        if (_waiting.Count == 0)
            return false;
        await Send(then: "COMMIT");
        return true;
    }

    async Task Send(string then)
    {
        var all = new StringBuilder();
        var values = new DynamicParameters();
        for (var place = 0; place < _waiting.Count; place++)
        {
            var (text, args) = _waiting[place];
            // Npgsql plans each of several statements by itself, with its parameters as $1, $2: their names here do not
            // make it another one.
            var (sql, parameters) = Renamed.GetOrAdd((text, place), Rename);
            all.Append(sql).Append(";\n");
            foreach (var name in parameters)
            {
                var property = ArgumentPlan.PropertyFor(name, args?.GetType());
                DbType? type = property.PropertyType == typeof(string) ? DbType.String : null; // Also where it is null.
                values.Add($"{name}_{place}", property.GetValue(args), type);
            }
        }
        _waiting.Clear();
        await connection.ExecuteAsync(all.Append(then).ToString(), values);
    }

    static (string Sql, string[] Parameters) Rename((string Sql, int Place) statement) =>
        (
            Parameter().Replace(statement.Sql, $"$0_{statement.Place}"),
            [.. Parameter().Matches(statement.Sql).Select(match => match.Value[1..]).Distinct(StringComparer.Ordinal)]
        );

    // An @ in a text of the statement itself would be taken for one, and missed among the arguments.
    [GeneratedRegex(@"@\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
