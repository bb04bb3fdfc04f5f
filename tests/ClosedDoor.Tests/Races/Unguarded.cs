using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// The use cases as one writes them who has not thought of the race: read, decide, write. No lock spans the two, the
/// WHERE names no old state, and the schema's unique indexes are gone. Each must break the books.
/// </summary>
static class Unguarded
{
    public static async Task<TestHost> Host()
    {
        var host = await TestHost.Create();
        foreach (var index in new[] { "reservation_seat", "reservation_live", "payment_live", "delegate_reservation" })
            await host.Tamper($"DROP INDEX {index}");
        await TakeConstraints(host, "receipt");
        return host;
    }

    /// <summary>SQLite cannot drop a constraint of a table: the table without any takes its place.</summary>
    internal static async Task TakeConstraints(TestHost host, string table)
    {
        await host.Tamper($"ALTER TABLE {table} RENAME TO guarded_{table}");
        await host.Tamper($"CREATE TABLE {table} AS SELECT * FROM guarded_{table}");
    }

    /// <returns>Whether it went ahead.</returns>
    internal static async Task<bool> CheckThenAct<T>(
        TestHost host,
        Rendezvous meet,
        Func<Statements, Task<T>> look,
        Func<T, bool> mayGoAhead,
        Func<Tx, T, Task> act
    )
    {
        var seen = await host.Data.Read(look);
        await meet.Arrive();
        if (!mayGoAhead(seen))
            return false;
        await host.Data.Write(
            "test",
            async tx =>
            {
                await act(tx, seen);
                return true;
            }
        );
        return true;
    }
}
