using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Telemetry;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Telemetry;

public class HealthTests
{
    TestHost _host = null!;

    [SetUp]
    public async Task Start() => _host = await TestHost.Create();

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    async Task<(int Status, JsonElement Body)> Get(string path)
    {
        using var response = await _host.Client.GetAsync(path);
        return ((int)response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    Task<int> Message(Instant due, Instant? parked) =>
        _host.Tamper(
            """
            INSERT INTO outbox (id, kind, body, created_at, due_at, attempts, parked_at)
            VALUES (@id, 'test.v1', '{}', @due, @due, 0, @parked)
            """,
            new
            {
                id = TypeId.New("msg", due),
                due,
                parked,
            }
        );

    [Test]
    public async Task A_service_with_its_database_is_alive_and_ready()
    {
        Assert.That((await Get("/healthz")).Status, Is.EqualTo(200));
        var (status, body) = await Get("/readyz");
        Assert.That(status, Is.EqualTo(200));
        Assert.That(
            body.ToString(),
            Is.EqualTo(
                """{"status":"ok","checks":{"database":{"status":"ok"},"ledger":{"status":"ok"},"migrations":{"status":"ok"},"outbox":{"status":"ok"},"serving":{"status":"ok"}}}"""
            )
        );
    }

    [Test]
    public async Task A_late_outbox_makes_the_service_not_ready_and_still_alive()
    {
        await Message(_host.Time.Now, null);
        _host.Time.Advance(Duration.FromMinutes(5));
        Assert.That((await Get("/readyz")).Status, Is.EqualTo(200), "at the bound");

        _host.Time.Advance(Duration.FromSeconds(1));
        var (status, body) = await Get("/readyz");

        Assert.That(status, Is.EqualTo(503));
        Assert.That(
            body.GetProperty("checks").GetProperty("outbox").GetProperty("status").GetString(),
            Is.EqualTo("failed")
        );
        Assert.That((await Get("/healthz")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Parked_messages_and_those_of_the_future_are_not_late()
    {
        await Message(_host.Time.Now, parked: _host.Time.Now);
        await Message(_host.Time.Now + Duration.FromDays(30), null);
        _host.Time.Advance(Duration.FromDays(1));

        Assert.That((await Get("/readyz")).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_missing_migration_makes_the_service_not_ready()
    {
        await _host.Tamper("DELETE FROM migration WHERE name LIKE '0002%'");

        var (status, body) = await Get("/readyz");

        Assert.That(status, Is.EqualTo(503));
        Assert.That(
            body.GetProperty("checks").GetProperty("migrations").GetProperty("status").GetString(),
            Is.EqualTo("failed")
        );
    }

    [Test]
    public async Task A_broken_database_makes_the_service_not_ready_and_tells_no_details()
    {
        await _host.Tamper("ALTER TABLE outbox RENAME TO outbox_gone");

        var (status, body) = await Get("/readyz");

        Assert.That(status, Is.EqualTo(503));
        Assert.That(body.ToString(), Does.Not.Contain("outbox_gone"));
    }

    [Test]
    public async Task Books_that_cannot_be_read_are_a_detail_too()
    {
        await _host.Tamper("ALTER TABLE ledger RENAME TO ledger_gone");

        var (status, body) = await Get("/readyz");

        Assert.That(status, Is.EqualTo(200), "A query that takes too long, or a sum too large, heals by no restart.");
        Assert.That(
            body.GetProperty("checks").GetProperty("ledger").GetProperty("status").GetString(),
            Is.EqualTo("failed")
        );
        Assert.That(body.ToString(), Does.Not.Contain("ledger_gone"));
    }

    [Test]
    public async Task What_takes_long_to_look_at_keeps_nobody_waiting_and_is_looked_at_once_at_a_time()
    {
        var (last, looks, now) = (new LastLook<string>(), 0, TestHost.Start);
        var answers = new[] { new TaskCompletionSource<string>(), new TaskCompletionSource<string>() };
        Task<string?> Ask(Duration later, TimeSpan patience) =>
            last.At(now + later, patience, () => answers[Interlocked.Increment(ref looks) - 1].Task);
        async Task<bool> Comes(string wanted, Duration later)
        {
            for (var tries = 0; tries < 6000; tries++)
            {
                if (await Ask(later, TimeSpan.Zero) == wanted)
                    return true;
                await Task.Delay(10);
            }
            return false;
        }

        Assert.That(await Ask(Duration.Zero, TimeSpan.Zero), Is.Null);
        Assert.That(await Ask(Duration.Zero, TimeSpan.Zero), Is.Null);
        answers[0].SetResult("first");
        Assert.That(await Comes("first", Duration.Zero));

        // It may have taken long on a busy machine, and then holds for longer.
        var later = Duration.FromDays(1);
        Assert.That(await Ask(later, TimeSpan.FromMinutes(1)), Is.EqualTo("first"), "while it is looked at again");
        answers[1].SetResult("second");
        Assert.That(await Comes("second", later));
        Assert.That(looks, Is.EqualTo(2));
    }

    [Test]
    public async Task A_stop_may_last_as_long_as_the_draining_and_what_runs_then()
    {
        await using var host = await TestHost.Create(("CLOSEDDOOR_DRAIN_SECONDS", "1"));

        Assert.That(
            host.Get<IOptions<HostOptions>>().Value.ShutdownTimeout,
            Is.EqualTo(TimeSpan.FromSeconds(31)),
            "By itself the host ends everything after 30 s, also a draining that is to last longer."
        );
    }

    [Test]
    public async Task Who_is_shutting_down_is_not_ready()
    {
        var ready = await Health.Look(
            _host.Data,
            CheckLedger.Faults,
            _host.Get<Settings>(),
            _host.Time.Now,
            stopping: true
        );

        Assert.That(ready.Status, Is.EqualTo("failed"));
        Assert.That(ready.Checks["serving"].Status, Is.EqualTo("failed"));
    }
}
