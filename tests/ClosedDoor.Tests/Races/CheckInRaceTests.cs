using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Two devices that scan one person at the same moment. The control counts as code does that looks first and writes then.</summary>
public class CheckInRaceTests
{
    const int Rounds = 10;

    [Test]
    public async Task Two_devices_at_once_let_a_person_in_once()
    {
        await using var host = await TestHost.Create();
        await using var second = host.Another();
        var (tickets, devices) = await Begin(host);

        for (var round = 0; round < Rounds; round++)
        {
            var nonce = $"{round}";
            var replies = await Race.Run(
                4,
                i => (i % 2 == 0 ? devices[i % 2] : second.As(devices[1].Token!)).Scan(tickets[0], $"{nonce}-{i}")
            );

            Assert.That(replies.Count(reply => reply.Result() == "admitted"), Is.EqualTo(1));
            Assert.That(replies.Count(reply => reply.Result() == "duplicate"), Is.EqualTo(3));
            Assert.That(await Inside(host), Is.EqualTo(1));
            host.Time.Advance(NodaTime.Duration.FromSeconds(1));
            (await devices[0].Post($"/door/check-ins/{tickets[0].Split('.')[1]}/undo")).Expect(200);
            host.Time.Advance(NodaTime.Duration.FromSeconds(1));
        }
    }

    [Test]
    public async Task One_device_that_hands_in_a_scan_twice_at_once_is_told_the_same_twice()
    {
        await using var host = await TestHost.Create();
        await using var second = host.Another();
        var (tickets, devices) = await Begin(host);

        for (var round = 0; round < Rounds; round++)
        {
            var nonce = $"again-{round}";
            var replies = await Race.Run(
                4,
                i => (i % 2 == 0 ? devices[0] : second.As(devices[0].Token!)).Scan(tickets[0], nonce)
            );

            Assert.That(replies.Select(reply => reply.Status), Is.All.EqualTo(200));
            Assert.That(replies.Select(reply => reply.Result()).Distinct().Count(), Is.EqualTo(1));
            Assert.That(
                await host.Query<long>("SELECT COUNT(*) FROM door_scan WHERE nonce = @nonce", new { nonce }),
                Is.EqualTo(1)
            );
        }
    }

    [Test]
    public async Task One_pairing_code_typed_twice_at_once_pairs_one_device()
    {
        await using var host = await TestHost.Create();
        var organizer = await host.Given.Owner();
        var session = await host.Given.PublishedSession();
        var code = (await organizer.Post($"/sessions/{session}/door-devices", new { name = "一号门" }))
            .Expect(201)["code"]
            .GetString();

        var replies = await Race.Run(4, _ => host.Anonymous.Post("/door/pair", new { code }));

        Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
    }

    [Test]
    public async Task Control_without_lock_and_index_a_person_is_in_twice()
    {
        await using var host = await TestHost.Create();
        await host.Tamper("DROP INDEX check_in_live");
        var (tickets, devices) = await Begin(host);
        var ticket = tickets[0].Split('.')[1];
        (await devices[0].Scan("", "nothing")).Expect(200);
        var meet = new Rendezvous(2);

        await Race.Run(
            2,
            async i =>
            {
                var absent = await Inside(host) == 0;
                await meet.Arrive();
                if (absent)
                    await host.Tamper(
                        """
                        INSERT INTO check_in (id, session_id, ticket_id, device_id, scan_id, at)
                        SELECT @id, session_id, @ticket, device_id, id, 1 FROM door_scan
                        """,
                        new { id = TypeId.New("chk", host.Time.Now), ticket }
                    );
                return absent;
            }
        );

        Assert.That(await Inside(host), Is.EqualTo(2));
    }

    static Task<long> Inside(TestHost host) =>
        host.Query<long>("SELECT COUNT(*) FROM check_in WHERE undone_at IS NULL");

    static async Task<(string[] Tickets, ApiClient[] Devices)> Begin(TestHost host)
    {
        var organizer = await host.Given.Owner();
        var company = await host.Given.VettedCompany();
        var session = await host.Given.PublishedSession();
        var seat = await host.Confirmed(company, session);
        var (_, tickets, _) = await host.TwoComers(organizer, company, seat, session);
        return (tickets, [await host.Device(organizer, session), await host.Device(organizer, session, "二号门")]);
    }
}
