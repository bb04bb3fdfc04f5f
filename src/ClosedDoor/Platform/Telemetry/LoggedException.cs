using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// What a log may say of an exception. A message can repeat what a person typed ("The input string '138…' was not in a
/// correct format", a mail server's refusal with the address), and logs live longer and travel further than the data
/// (Personal Information Protection Law, articles 6 and 19). So messages are written of those types alone whose texts
/// are known to name no values; type and stack, which lead to the line, are always written.
/// </summary>
static class LoggedException
{
    /// <summary>Of many that failed alike, the first ones say what there is to say.</summary>
    const int MostTogether = 10;

    public static void WriteTo(Utf8JsonWriter json, Exception exception)
    {
        json.WritePropertyName("exception");
        Write(json, exception);
    }

    static void Write(Utf8JsonWriter json, Exception exception)
    {
        json.WriteStartObject();
        json.WriteString("type", exception.GetType().FullName);
        if (exception is PostgresException postgres)
            json.WriteString("sqlState", postgres.SqlState);
        if (exception is SqliteException sqlite)
            json.WriteNumber("sqliteCode", sqlite.SqliteExtendedErrorCode);
        if (NamesNoValues(exception))
            json.WriteString("message", exception.Message);
        if (exception.StackTrace is { } stack)
            json.WriteString("stack", stack);
        if (exception is AggregateException { InnerExceptions: { Count: > 1 } several })
        {
            json.WriteNumber("count", several.Count);
            json.WriteStartArray("exceptions");
            foreach (var one in several.Take(MostTogether))
                Write(json, one);
            json.WriteEndArray();
        }
        else if (exception.InnerException is { } inner)
        {
            WriteTo(json, inner);
        }
        json.WriteEndObject();
    }

    static bool NamesNoValues(Exception exception) =>
        exception switch
        {
            // Class 22 (data exception) and 23 (constraint) quote the value that was refused.
            PostgresException e => !e.SqlState.StartsWith("22") && !e.SqlState.StartsWith("23"),
            NpgsqlException or SqliteException or SocketException or IOException or TimeoutException => true,
            InvalidOperationException or NullReferenceException or OperationCanceledException => true,
            NotSupportedException or NotImplementedException or OverflowException or IndexOutOfRangeException => true,
            _ => exception.GetType().Assembly == typeof(LoggedException).Assembly,
        };
}
