using System.Data.Common;
using System.Text.RegularExpressions;
using Npgsql;

namespace ClosedDoor.Platform.Data;

/// <summary>What <c>CLOSEDDOOR_DATABASE</c> may say: the path of a SQLite file, or a PostgreSQL connection string.</summary>
static partial class DatabaseAddress
{
    /// <summary>
    /// Whether it is a connection string. One that cannot be used is no path either: the service would start on an empty
    /// file by its name, in which the password stands.
    /// </summary>
    /// <exception cref="InvalidSettingException">It is a connection string, and none of ours. The message quotes no values.</exception>
    public static bool IsOnPostgres(string value)
    {
        if (!BeginsLikeOne().IsMatch(value))
            return false;
        try
        {
            var said = new DbConnectionStringBuilder { ConnectionString = value };
            if (said.ContainsKey("Host") || said.ContainsKey("Server"))
            {
                _ = new NpgsqlConnectionStringBuilder(value);
                return true;
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            throw Unusable(e is ArgumentException ? e.Message : "a value is no number.");
        }
        throw Unusable("It names no host.");
    }

    static InvalidSettingException Unusable(string why) =>
        new(
            "CLOSEDDOOR_DATABASE must be a connection string such as Host=db;Database=closeddoor;Username=…;Password=…, "
                + $"or the path of a file: {why}"
        );

    /// <summary><c>Word = …</c>, or the scheme of an address. A path that begins so is written with <c>./</c> before it.</summary>
    [GeneratedRegex(@"^\s*\w[\w ]*(=|://)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex BeginsLikeOne();
}
