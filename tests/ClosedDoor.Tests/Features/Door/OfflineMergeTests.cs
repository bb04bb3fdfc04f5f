using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform.Calendars;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Door;

/// <summary>What devices hand in that were offline: with clocks that are wrong, twice, for another door, after an undo.</summary>
public class OfflineMergeTests : SeatDesk
{
    [SetUp]
    public async Task Begin()
    {
        (_, _tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        _host.Time.Advance(Duration.FromDays(28));
    }

    string[] _tickets = [];

    static object Scan(string ticket, string nonce, Instant? scannedAt = null) =>
        new
        {
            ticket,
            nonce,
            scannedAt,
        };

    static Task<Reply> HandIn(ApiClient device, Instant? sentAt, params object[] scans) =>
        device.Post("/door/scans", new { scans, sentAt });

    async Task<(string? By, Instant At)> First(string ticket)
    {
        var person = (await _organizer.Get($"/sessions/{_session}/check-ins"))
            .Expect(200)["items"]
            .EnumerateArray()
            .Single(one => one.GetProperty("ticketId").GetString() == ticket.Split('.')[1]);
        return (
            person.GetProperty("checkedInBy").GetString(),
            Instant.FromDateTimeOffset(person.GetProperty("checkedInAt").GetDateTimeOffset())
        );
    }

    [Test]
    public async Task A_device_whose_clock_is_wrong_says_so_by_its_own_time_and_is_put_right()
    {
        var right = await _host.Device(_organizer, _session, "准");
        var slow = await _host.Device(_organizer, _session, "慢");
        var fast = await _host.Device(_organizer, _session, "快");
        var opened = _host.Time.Now;
        _host.Time.Advance(Duration.FromHours(1));
        var (behind, ahead) = (Duration.FromHours(30), Duration.FromHours(5));

        // The right one let the first person in at ten past; the slow one saw the ticket a minute later.
        (
            await HandIn(
                slow,
                _host.Time.Now - behind,
                Scan(_tickets[0], "a", opened + Duration.FromMinutes(11) - behind)
            )
        ).Expect(200);
        (await HandIn(right, _host.Time.Now, Scan(_tickets[0], "b", opened + Duration.FromMinutes(10)))).Expect(200);
        Assert.That(await First(_tickets[0]), Is.EqualTo(("准", opened + Duration.FromMinutes(10))));

        // The fast one let the second person in at a quarter past, five hours ahead of time.
        (await HandIn(right, _host.Time.Now, Scan(_tickets[1], "c", opened + Duration.FromMinutes(20)))).Expect(200);
        (
            await HandIn(
                fast,
                _host.Time.Now + ahead,
                Scan(_tickets[1], "d", opened + Duration.FromMinutes(15) + ahead)
            )
        ).Expect(200);
        Assert.That(await First(_tickets[1]), Is.EqualTo(("快", opened + Duration.FromMinutes(15))));

        // By whom and when a person came in is money and evidence: the log says what was there before.
        foreach (var column in new[] { "before", "after" })
            Assert.That(
                await _host.Query<long>(
                    $"SELECT COUNT(*) FROM audit JOIN door_device ON audit.{column} LIKE '%' || door_device.id || '%' WHERE audit.action = 'check_in.replaced'"
                ),
                Is.EqualTo(2)
            );
    }

    [Test]
    public async Task A_clock_that_was_put_right_in_between_cannot_make_a_scan_later_than_its_handing_in()
    {
        var device = await _host.Device(_organizer, _session);
        var reply = await HandIn(device, _host.Time.Now - Duration.FromDays(2), Scan(_tickets[0], "a", _host.Time.Now));

        Assert.That(reply.Result(), Is.EqualTo("admitted"));
        Assert.That((await First(_tickets[0])).At, Is.EqualTo(_host.Time.Now));
    }

    [Test]
    public async Task A_nonce_stands_for_one_scan_whoever_hands_it_in_again()
    {
        var device = await _host.Device(_organizer, _session);
        var other = await _host.Device(_organizer, _session, "二号门");
        var seen = _host.Time.Now;
        _host.Time.Advance(Duration.FromMinutes(5));

        Assert.That((await HandIn(device, null, Scan(_tickets[0], "same", seen))).Result(), Is.EqualTo("admitted"));
        // Handed in again, also with another time: it is the scan that it was.
        Assert.That(
            (await HandIn(device, null, Scan(_tickets[0], "same", seen - Duration.FromMinutes(2)))).Result(),
            Is.EqualTo("admitted")
        );
        Assert.That((await First(_tickets[0])).At, Is.EqualTo(seen));
        // Under a nonce that was used, another person is not quietly taken for the first one.
        var reused = await HandIn(device, null, Scan(_tickets[1], "same", seen));
        Assert.That((reused.Result(), reused.Reason()), Is.EqualTo(("refused", "nonce_reused")));
        // Another device's nonces are its own.
        Assert.That((await HandIn(other, null, Scan(_tickets[1], "same", seen))).Result(), Is.EqualTo("admitted"));
        var both = (
            await HandIn(device, null, Scan(_tickets[0], "twice", seen), Scan(_tickets[1], "twice", seen))
        ).Expect(200);
        Assert.That(
            both["results"].EnumerateArray().Select(one => one.GetProperty("result").GetString()),
            Is.EquivalentTo(new[] { "duplicate", "refused" })
        );
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM door_scan"), Is.EqualTo(3));
    }

    [Test]
    public async Task Tickets_of_another_session_are_refused_one_by_one_among_good_ones()
    {
        var elsewhere = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();
        var (_, others, _) = await _host.TwoComers(
            _organizer,
            company,
            await _host.Confirmed(company, elsewhere),
            elsewhere
        );
        var device = await _host.Device(_organizer, _session);
        // A good signature over another session's id, and one's own ticket with a letter changed.
        var parts = others[0].Split('.');
        var own = _tickets[0].Split('.');
        var grafted = string.Join('.', [own[0], own[1], .. parts[2..]]);

        var reply = await HandIn(
            device,
            null,
            Scan(others[0], "a"),
            Scan(_tickets[0], "b"),
            Scan(grafted, "c"),
            Scan(_tickets[1][..^2] + "xx", "d"),
            Scan(new string('9', 5_000), "e"),
            Scan("", "f")
        );

        Assert.That(
            reply.Expect(200)["results"].EnumerateArray().Select(one => one.GetProperty("result").GetString()),
            Is.EqualTo(["refused", "admitted", "refused", "refused", "refused", "refused"])
        );
        Assert.That(reply.Text, Does.Not.Contain(company.Name), "whose ticket it was is not told at this door");
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM check_in"), Is.EqualTo(1));
    }

    [Test]
    public async Task After_an_undo_what_was_handed_in_stays_handed_in_and_only_a_new_scan_lets_the_person_in()
    {
        var device = await _host.Device(_organizer, _session);
        var offline = await _host.Device(_organizer, _session, "二号门");
        var seen = _host.Time.Now;
        _host.Time.Advance(Duration.FromMinutes(10));
        (await HandIn(device, null, Scan(_tickets[0], "a", seen))).Expect(200);
        (await HandIn(offline, null, Scan(_tickets[0], "b", seen + Duration.FromMinutes(1)))).Expect(200);
        _host.Time.Advance(Duration.FromMinutes(10));
        (await device.Post($"/door/check-ins/{_tickets[0].Split('.')[1]}/undo")).Expect(200);

        // Both hand in again what they have, and an older scan comes in from a third.
        (await HandIn(device, null, Scan(_tickets[0], "a", seen))).Expect(200);
        (await HandIn(offline, null, Scan(_tickets[0], "b", seen + Duration.FromMinutes(1)))).Expect(200);
        Assert.That(
            (await HandIn(offline, null, Scan(_tickets[0], "c", seen - Duration.FromMinutes(1)))).Reason(),
            Is.EqualTo("check_in_undone")
        );
        Assert.That(await Inside(), Is.Zero);

        _host.Time.Advance(Duration.FromMinutes(1));
        Assert.That((await HandIn(offline, null, Scan(_tickets[0], "d"))).Result(), Is.EqualTo("admitted"));
        Assert.That(await Inside(), Is.EqualTo(1));
        (await device.Post($"/door/check-ins/{_tickets[1].Split('.')[1]}/undo")).Expect(409, "not_checked_in");
    }

    Task<long> Inside() => _host.Query<long>("SELECT COUNT(*) FROM check_in WHERE undone_at IS NULL");

    [Test]
    public async Task Two_hundred_offline_scans_of_four_devices_give_each_person_once_and_name_who_was_first()
    {
        const int People = 50;
        const int Devices = 4;
        var tickets = await Crowd(People);
        var devices = new ApiClient[Devices];
        for (var i = 0; i < Devices; i++)
            devices[i] = await _host.Device(_organizer, _session, $"{i + 1}号门");
        _host.Time.Advance(Duration.FromHours(2));
        // Everyone was seen by all four, each time a minute later; who was first differs from person to person.
        object Scan(int device, int person) =>
            new
            {
                ticket = tickets[person],
                nonce = $"{device}-{person}",
                scannedAt = _host.Time.Now - Duration.FromMinutes(60 - (device + person) % Devices),
            };

        var replies = await Race.Run(
            Devices,
            async device =>
            {
                // Handed in in two halves, and the first half once more, as after a broken connection.
                var all = Enumerable.Range(0, People).Select(person => Scan(device, person)).ToArray();
                var first = await devices[device].Post("/door/scans", new { scans = all[..25] });
                var second = await devices[device].Post("/door/scans", new { scans = all[25..] });
                var repeated = await devices[device].Post("/door/scans", new { scans = all[..25] });
                return new[] { first, second, repeated };
            }
        );

        Assert.That(replies.SelectMany(one => one).Select(reply => reply.Status), Is.All.EqualTo(200));
        Assert.That(await Count("check_in WHERE undone_at IS NULL"), Is.EqualTo(People));
        Assert.That(await Count("door_scan"), Is.EqualTo(People * Devices));
        Assert.That(await Count("door_scan WHERE outcome = 'admitted'"), Is.EqualTo(People));
        Assert.That(await Count("door_scan WHERE outcome = 'duplicate'"), Is.EqualTo(People * (Devices - 1)));
        for (var person = 0; person < People; person++)
        {
            var late = await devices[0].Scan(tickets[person], $"late-{person}");
            Assert.That(late.Result(), Is.EqualTo("duplicate"));
            var first = (Devices - (person % Devices)) % Devices;
            Assert.That(
                late["results"][0].GetProperty("firstBy").GetString(),
                Is.EqualTo($"{first + 1}号门"),
                $"Person {person}"
            );
        }
    }

    /// <summary>The tickets of many guests who have accepted; written by hand, for making them is not what is tested.</summary>
    async Task<string[]> Crowd(int size)
    {
        var keys = _host.Get<ClosedDoor.Features.Door.TicketKeys>();
        var tickets = new string[size];
        for (var i = 0; i < size; i++)
        {
            var (guestId, invitation, ticket) = (
                TypeId.New("gst", _host.Time.Now),
                TypeId.New("inv", _host.Time.Now),
                TypeId.New("tkt", _host.Time.Now)
            );
            await _host.Tamper(
                "INSERT INTO guest (id, kind, name, unit, created_at, version) VALUES (@guestId, 'research_expert', @name, '示例单位', 1, 1)",
                new { guestId, name = $"示例嘉宾{i}" }
            );
            await _host.Tamper(
                "INSERT INTO invitation (id, session_id, guest_id, kind, number, status, created_at, version) VALUES (@invitation, @session, @guestId, 'research_expert', @number, 'accepted', 1, 1)",
                new
                {
                    invitation,
                    session = _session,
                    guestId,
                    number = 1000L + i,
                }
            );
            await _host.Tamper(
                "INSERT INTO ticket (id, session_id, invitation_id, sequence, told_at, created_at) VALUES (@ticket, @session, @invitation, 0, 1, 1)",
                new
                {
                    ticket,
                    session = _session,
                    invitation,
                }
            );
            tickets[i] = await keys.Sign(ticket, _session, _host.Time.Now);
        }
        return tickets;
    }

    Task<long> Count(string from) => _host.Query<long>($"SELECT COUNT(*) FROM {from}");
}
