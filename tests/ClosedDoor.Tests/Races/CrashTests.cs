using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// The service is killed twenty times while companies book. What it had acknowledged is there after each restart, what
/// it had not is asked for again and happens once, and what it owed by mail is sent in the end.
/// </summary>
public class CrashTests
{
    const int Kills = 20;

    /// <summary>On a busy machine it is killed more often, until so many answers have been acknowledged.</summary>
    const int MostKills = 100;

    /// <summary>With fewer it would have proved nothing.</summary>
    const int FewestAcknowledged = 500;

    const int Clients = 16;
    const int Sessions = 4;
    const int Seed = 20260302;

    [Test]
    public async Task Killed_twenty_times_under_load_it_loses_nothing_and_does_nothing_twice()
    {
        await using var host = await TestHost.Create();
        var store = host.Store;
        var (sessions, bookings) = await OpenMarket(host);
        var random = new Random(Seed);

        int Acknowledged() => bookings.Sum(booking => booking.Acknowledged);

        for (var kill = 0; kill < Kills || (Acknowledged() <= FewestAcknowledged && kill < MostKills); kill++)
        {
            await using var service = await ServiceProcess.Start(store);
            await Restarted(service, bookings, everything: false);
            await InOrder(store, sessions);

            using var stop = new CancellationTokenSource();
            var load = Load(service, bookings, stop.Token);
            await Task.Delay(random.Next(20, 400));
            await service.Kill();
            await stop.CancelAsync();
            await load;
        }

        await using (var service = await ServiceProcess.Start(store))
        {
            await Restarted(service, bookings, everything: true);
            await NothingTwice(store, bookings);
            await OutboxDrains(store);
        }
        await InOrder(store, sessions);
        await EveryMailIsThere(store, host.MailFolder);

        Assert.That(Acknowledged(), Is.GreaterThan(FewestAcknowledged));
        TestContext.Out.WriteLine(
            $"{Acknowledged()} acknowledged answers, "
                + $"{bookings.Sum(booking => booking.Reservations.Count)} reservations, "
                + $"{bookings.Sum(booking => booking.Payments.Count)} payments"
        );
    }

    [Test]
    public async Task Control_an_acknowledged_answer_that_is_lost_is_noticed()
    {
        await using var host = await TestHost.Create();
        var (_, bookings) = await OpenMarket(host);
        foreach (var booking in bookings[..4])
        {
            for (var i = 0; i < 3; i++)
                await booking.Advance(host.Client);
        }
        Assert.That(await Wrong(), Is.Empty);

        // As if the last commit had been answered and not been durable.
        var confirmed = bookings.First(booking => booking.Status == "confirmed").Reservations.Keys.First();
        await host.Tamper(
            "UPDATE reservation SET status = 'awaiting_payment', hold_expires_at = @until WHERE id = @confirmed",
            new { confirmed, until = host.Time.Now + Duration.FromDays(1) }
        );

        Assert.That(await Wrong(), Is.EqualTo([$"{confirmed}: acknowledged confirmed, found awaiting_payment"]));

        async Task<string[]> Wrong() =>
            [
                .. (
                    await Task.WhenAll(bookings.Select(booking => booking.Compare(host.Client, everything: true)))
                ).SelectMany(one => one),
            ];
    }

    /// <summary>Each client goes on until the service is gone.</summary>
    static Task Load(ServiceProcess service, IReadOnlyList<Booking> bookings, CancellationToken stop) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Clients)
                .Select(client =>
                    Task.Run(
                        async () =>
                        {
                            var own = bookings.Where((_, i) => i % Clients == client).ToArray();
                            var random = new Random(Seed + client);
                            try
                            {
                                while (!stop.IsCancellationRequested)
                                {
                                    await own[random.Next(own.Length)].Advance(service.Client);
                                    await Task.Delay(random.Next(0, 15), CancellationToken.None);
                                }
                            }
                            catch (HttpRequestException)
                            {
                                // Killed: the request stays unanswered in its booking.
                            }
                        },
                        CancellationToken.None
                    )
                )
        );

    /// <summary>First what was acknowledged is read back, then what was not is asked for again.</summary>
    static async Task Restarted(ServiceProcess service, IReadOnlyList<Booking> bookings, bool everything)
    {
        var wrong = await Task.WhenAll(bookings.Select(booking => booking.Compare(service.Client, everything)));
        Assert.That(wrong.SelectMany(one => one), Is.Empty);
        await Task.WhenAll(bookings.Select(booking => booking.Finish(service.Client)));
        wrong = await Task.WhenAll(bookings.Select(booking => booking.Compare(service.Client, everything)));
        Assert.That(wrong.SelectMany(one => one), Is.Empty);
    }

    /// <summary>The database as the kill left it and the restart found it: a handle of its own, opened and closed again.</summary>
    static async Task InOrder(TestDatabase store, string[] sessions)
    {
        await using var database = store.Open();
        foreach (var sessionId in sessions)
            Assert.That(await Books.Faults(database, sessionId), Is.Empty);
        Assert.That((await new VerifyAudit(database).Run()).Broken, Is.Null);
    }

    static async Task NothingTwice(TestDatabase store, IReadOnlyList<Booking> bookings)
    {
        await using var database = store.Open();
        Task<long> Count(string sql) => database.Read(read => read.Get<long>(sql));

        // Who was promoted and has not looked since knows nothing of its reservation.
        var known = bookings.Sum(booking => booking.Reservations.Count);
        var unseen = bookings.Count(booking => booking.Status == "waiting");
        Assert.That(await Count("SELECT COUNT(*) FROM reservation"), Is.InRange(known, known + unseen));
        Assert.That(
            await Count("SELECT COUNT(*) FROM payment"),
            Is.EqualTo(bookings.Sum(booking => booking.Payments.Count))
        );
        Assert.That(
            await Count("SELECT COUNT(*) FROM receipt"),
            Is.EqualTo(
                bookings.Sum(booking => booking.Payments.Values.Count(status => status is "confirmed" or "refund_due"))
            )
        );
    }

    static async Task OutboxDrains(TestDatabase store)
    {
        await using var database = store.Open();
        // Messages in the hands of a killed process come back when its lease is over: here at once.
        await database.Write(
            "test",
            tx => tx.Execute("UPDATE outbox SET lease_until = 1 WHERE lease_until IS NOT NULL")
        );
        for (var i = 0; i < 2400; i++)
        {
            if (await database.Read(read => read.Get<long>("SELECT COUNT(*) FROM outbox")) == 0)
                return;
            await Task.Delay(50);
        }
        Assert.Fail("The outbox has not drained within two minutes.");
    }

    /// <summary>Whoever has a seat in the end has been told of it, and every mail can be read.</summary>
    static async Task EveryMailIsThere(TestDatabase store, string folder)
    {
        var mails = Directory.GetFiles(folder, "*.eml").Select(ReceivedMail.Open).ToArray();
        await using var database = store.Open();
        foreach (
            var (status, subjects) in new[]
            {
                ("held", new[] { "席位已暂留", "候补已递补" }),
                ("awaiting_payment", ["请对公转账"]),
                ("confirmed", ["席位已确认"]),
            }
        )
        {
            var told = mails
                .Where(mail => subjects.Any(subject => mail.Subject.Contains(subject, StringComparison.Ordinal)))
                .Select(mail => mail.PlainText)
                .ToArray();
            var codes = await database.Read(read =>
                read.All<string>("SELECT code FROM reservation WHERE status = @status", new { status })
            );
            Assert.That(
                codes.Where(code => !told.Any(text => text.Contains(code, StringComparison.Ordinal))),
                Is.Empty,
                $"No mail for reservations that are {status}"
            );
        }
    }

    static async Task<(string[], Booking[])> OpenMarket(TestHost host)
    {
        host.Time.Advance(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) - host.Time.Now);
        var finance = await host.Given.Owner();
        var sessions = new string[Sessions];
        for (var i = 0; i < Sessions; i++)
            sessions[i] = await host.Given.PublishedSession();
        var bookings = new List<Booking>();
        foreach (var company in await host.Given.VettedCompanies(Clients))
        {
            foreach (var sessionId in sessions)
                bookings.Add(
                    new(
                        $"booking-{bookings.Count}", // Finance's keys, of all bookings, are one caller's.
                        sessionId,
                        company.Api.Token!,
                        finance.Token!,
                        Zones.Today(host.Time.Now),
                        new Random(Seed + 1000 + bookings.Count)
                    )
                );
        }
        return (sessions, [.. bookings]);
    }
}
