using System.Diagnostics;
using ClosedDoor.Tests.Features.Matchmaking;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// A timetable is published, and the service is killed as it is asked, and while the mails are on their way: everybody
/// is told, and whoever is told again gets the same mail with the same appointments.
/// </summary>
public class PublicationCrashTests
{
    const int Companies = 4;
    const int Guests = 8;
    const int People = Companies + Guests;
    const int Seed = 20261122;

    /// <summary>Mails a second: seconds lie between the one at which it is killed and the last.</summary>
    const int Slow = 1;

    const string Waiting = "SELECT id FROM outbox WHERE kind LIKE 'agenda.%'";

    static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    [Test]
    public async Task Killed_while_a_publication_is_told_nobody_is_left_out_and_nobody_gets_a_second_mail()
    {
        await using var host = await TestHost.Create();
        host.Time.Advance(Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()) - host.Time.Now);
        var room = await MatchRoom.Open(host, Companies, Guests);
        await room.Mails(); // Those of before.
        var draft = await room.Draft();
        (await room.Organizer.Post($"/timetables/{draft.Id}/review")).Expect(200);
        await using var server = new SmtpListener();
        var waitingAtTheKill = new List<HashSet<string>>();

        // Killed as it is asked: all of it has happened, or nothing.
        await Life(
            async service =>
            {
                var api = new ApiClient(service.Client, room.Organizer.Token!);
                (await api.Get($"/timetables/{draft.Id}")).Expect(200); // What is asked first takes its time.
                var asked = Publish(service);
                await Task.Delay(new Random(Seed).Next(0, 40));
                await service.Kill();
                try
                {
                    await asked;
                }
                catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
                {
                    // No answer.
                }
            },
            mailsPerSecond: Slow
        );
        // In one statement, for PostgreSQL may be at the commit that it had been sent, still. The first mail goes at once, and
        // may have gone by then.
        var half = await host.Query<Half>(
            $"""
            SELECT (SELECT COUNT(*) FROM timetable WHERE status = 'published') AS published, COUNT(*) AS waiting
            FROM ({Waiting}) AS message
            """
        );
        var all = half.Published * People;
        Assert.That(half.Waiting, Is.InRange(all - server.Mails.Count, all));

        await Life(
            async service =>
            {
                (await Publish(service)).Expect(200); // The same key: once in all.
                await Until(() => Task.FromResult(server.Mails.Count >= People / 2));
                await service.Kill();
            },
            mailsPerSecond: Slow
        );
        Assert.That(waitingAtTheKill[^1], Is.Not.Empty, "No kill came half-way.");
        await Life(
            async service =>
            {
                (await Publish(service)).Expect(200);
                await Until(async () => (await Left()).Count == 0);
            },
            mailsPerSecond: 1000
        );

        var mails = server.Mails.Select(mail => (To: mail.To.Single(), Mail: new ReceivedMail(mail.Data))).ToArray();
        var byId = mails.GroupBy(one => one.Mail.Headers["Message-ID"]).ToArray();
        Assert.That(byId, Has.Length.EqualTo(People));
        Assert.That(byId.Select(same => same.First().To), Is.Unique, "Everybody has one mail of their own.");
        foreach (var same in byId)
        {
            Assert.That(same.Select(one => one.To).Distinct().Count(), Is.EqualTo(1));
            Assert.That(same.Select(one => Appointments(one.Mail)).Distinct().Count(), Is.EqualTo(1));
            Assert.That(same.Count(), Is.LessThanOrEqualTo(waitingAtTheKill.Count));
        }
        Assert.That(await host.Query<long>("SELECT COUNT(*) FROM timetable WHERE status = 'published'"), Is.EqualTo(1));
        await Books.AuditIsWhole(host);
        TestContext.Out.WriteLine(
            $"{People} people, {mails.Length} mails; waiting after the kills: {string.Join(", ", waitingAtTheKill.Select(one => one.Count))}"
        );

        Task<List<string>> Left() => host.Data.Read(read => read.All<string>(Waiting));

        Task<Reply> Publish(ServiceProcess service) =>
            new ApiClient(service.Client, room.Organizer.Token!).Post(
                $"/timetables/{draft.Id}/publish",
                key: "publish-it"
            );

        async Task Life(Func<ServiceProcess, Task> live, int mailsPerSecond)
        {
            // What a killed worker had in hand comes back when its lease is over: here at once.
            await host.Tamper("UPDATE outbox SET lease_until = 1 WHERE lease_until IS NOT NULL");
            var before = server.Mails.Count;
            await using var service = await ServiceProcess.Start(
                host.Store,
                settings:
                [
                    ("CLOSEDDOOR_SMTP_HOST", "127.0.0.1"),
                    ("CLOSEDDOOR_SMTP_PORT", $"{server.Port}"),
                    ("CLOSEDDOOR_SMTP_STARTTLS", "false"),
                    ("CLOSEDDOOR_MAILS_PER_SECOND", $"{mailsPerSecond}"),
                ]
            );
            await live(service);
            // What was noted as sent before a kill never comes again.
            if (waitingAtTheKill.Count > 0 && waitingAtTheKill[^1].Count > 0)
                Assert.That(
                    server
                        .Mails[before..]
                        .Select(mail => new ReceivedMail(mail.Data).Headers["Message-ID"][1..^1].Split('-')[0]),
                    Is.SubsetOf(waitingAtTheKill[^1])
                );
            waitingAtTheKill.Add([.. await Left()]);
        }
    }

    /// <summary>What a kill has left.</summary>
    sealed record Half
    {
        public long Published { get; init; }
        public long Waiting { get; init; }
    }

    /// <summary>As calendar programs know them: by UID and sequence.</summary>
    static string Appointments(ReceivedMail mail) =>
        string.Join(
            '\n',
            mail.Calendars.SelectMany(calendar => calendar.Split('\n'))
                .Where(line =>
                    line.StartsWith("UID", StringComparison.Ordinal)
                    || line.StartsWith("SEQUENCE", StringComparison.Ordinal)
                )
        );

    static async Task Until(Func<Task<bool>> so)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await so())
        {
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(Longest));
            await Task.Delay(10);
        }
    }
}
