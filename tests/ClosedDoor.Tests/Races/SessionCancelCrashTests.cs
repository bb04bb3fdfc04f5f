using System.Diagnostics;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Tests.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// A session with paid seats is cancelled, and the service is killed as it is asked, and again and again while the
/// refunds are on their way: each company gets its money back once.
/// </summary>
public class SessionCancelCrashTests
{
    const int Seats = 24;
    const int Seed = 20260330;

    [Test]
    public async Task Killed_while_a_cancelled_session_is_refunded_it_goes_on_where_it_was()
    {
        await using var till = await Till.Open();
        var host = till.Host;
        await till.Advance(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) - host.Time.Now);
        var sessionId = await host.Given.PublishedSession(seatCap: Seats);
        foreach (var company in await host.Given.VettedCompanies(Seats))
            await till.Paid(sessionId, company);
        var owner = await host.Given.Owner();
        var random = new Random(Seed);
        var port = Ports.Free();

        // Killed as it is asked: all of it has happened, or nothing.
        await Life(async service =>
        {
            var asked = Cancel(service);
            await Task.Delay(random.Next(0, 40));
            await service.Kill();
            try
            {
                await asked;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                // No answer.
            }
        });
        Assert.That(await Refunds("1 = 1"), Is.AnyOf(0L, (long)Seats));

        // Some are put off, so that however fast the first life is, it leaves something behind.
        await till.Sandbox.Fault("POST", "/v1/refunds", "rate_limit", times: Seats / 3);
        var halfWay = 0;
        var lives = 0;
        var clock = Stopwatch.StartNew();
        do
        {
            await Life(async service =>
            {
                (await Cancel(service)).Expect(200); // The same key: once in all.
                var before = await Refunds("status = 'refunded'");
                var life = Stopwatch.StartNew();
                while (
                    await Refunds("status = 'refunded'") is var now
                    && now < Math.Min(Seats, before + 4)
                    && life.Elapsed.TotalSeconds < 30
                )
                    await Task.Delay(2);
                await service.Kill();
            });
            lives++;
            if (await Refunds("status <> 'refunded'") is > 0 and < Seats)
                halfWay++;
        } while (await Refunds("status <> 'refunded'") > 0 && clock.Elapsed.TotalSeconds < 180);

        Assert.That(halfWay, Is.Positive, "No kill came half-way.");
        await host.Tamper("UPDATE outbox SET lease_until = 1 WHERE lease_until IS NOT NULL");
        till.Host.Time.Advance(Duration.FromHours(1));
        await till.Work();
        Assert.That(
            await host.Query<long>(
                "SELECT COUNT(*) FROM refund WHERE status = 'refunded' AND because = 'session_cancelled' AND amount = @Price",
                new { Moves.Price }
            ),
            Is.EqualTo(Seats)
        );
        Assert.That((await till.Sandbox.Books()).GetProperty("refunded").GetInt64(), Is.EqualTo(Seats * Moves.Price));
        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM reservation WHERE status = 'cancelled'"),
            Is.EqualTo(Seats)
        );
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM outbox"), Is.Zero);
        Assert.That(await host.Data.Read(CheckLedger.Faults), Is.Empty);
        await till.BooksAgree();
        Assert.That(await Books.Faults(host, sessionId), Is.Empty);
        await Books.AuditIsWhole(host);
        TestContext.Out.WriteLine($"{Seats} refunds, {lives + 1} kills, {halfWay} of them half-way");

        Task<Reply> Cancel(ServiceProcess service) =>
            new ApiClient(service.Client, owner.Token!).Post($"/sessions/{sessionId}/cancel", key: "cancel-it");

        Task<long> Refunds(string which) => host.Query<long>($"SELECT COUNT(*) FROM refund WHERE {which}");

        async Task Life(Func<ServiceProcess, Task> live)
        {
            // What a killed worker had in hand comes back when its lease is over, and what was put off later: here at once.
            await host.Tamper(
                "UPDATE outbox SET due_at = 1, lease_until = CASE WHEN lease IS NULL THEN NULL ELSE 1 END"
            );
            await using var service = await ServiceProcess.Start(
                host.Store,
                port,
                [.. till.Sandbox.Settings, ("ASPNETCORE_ENVIRONMENT", "Development")]
            );
            await live(service);
        }
    }
}
