using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class PostgresEngineTests
{
    [Test]
    [On(Engine.Postgres, "SQLite has no server.")]
    public async Task Many_callers_share_sixteen_connections()
    {
        await using var host = await TestHost.Create();

        await Task.WhenAll(
            Enumerable
                .Range(0, 60)
                .Select(_ => host.Data.Read(read => read.Get<string>("SELECT CAST(pg_sleep(0.05) AS TEXT)")))
        );

        var open = await host.Data.Read(read =>
            read.Get<long>(
                // Not the server's own, which comes to clear up when it likes.
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            )
        );
        Assert.That(open, Is.GreaterThan(1).And.LessThanOrEqualTo(16));
    }

    [TestCase("Maximum Pool Size=2")]
    [TestCase("MaxPoolSize=2")]
    [On(Engine.Postgres, "SQLite has no server.")]
    public async Task The_operators_own_number_of_connections_stands_however_it_is_spelt(string said)
    {
        await using var host = await TestHost.Create();
        await using var own = TestStores.Open($"{host.Store.Location};{said};Application Name=own");

        await Task.WhenAll(
            Enumerable
                .Range(0, 12)
                .Select(_ => own.Read(read => read.Get<string>("SELECT CAST(pg_sleep(0.05) AS TEXT)")))
        );

        var open = await own.Read(read =>
            read.Get<long>("SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'own'")
        );
        Assert.That(open, Is.EqualTo(2));
    }
}
