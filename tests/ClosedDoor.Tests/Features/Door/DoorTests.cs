using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Door;

public class DoorTests : SeatDesk
{
    private protected override (string Name, string Value)[] Configured =>
        [("CLOSEDDOOR_PUBLIC_URL", "https://seats.example.com")];

    [Test]
    public async Task A_ticket_opens_the_door_once_and_again_after_it_is_taken_back()
    {
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var device = await _host.Device(_organizer, _session);

        Assert.That((await device.Scan(tickets[0], "a")).Result(), Is.EqualTo("admitted"));
        Assert.That(
            (await device.Scan(tickets[0], "a")).Result(),
            Is.EqualTo("admitted"),
            "Handed in twice, it is one."
        );
        _host.Time.Advance(Duration.FromMinutes(1));
        var again = await device.Scan(tickets[0], "b");
        Assert.That(again.Result(), Is.EqualTo("duplicate"));
        Assert.That(again["results"][0].GetProperty("firstBy").GetString(), Is.EqualTo("一号门"));

        var roster = (await device.Get("/door/roster")).Expect(200)["items"].EnumerateArray().ToArray();
        var inside = roster.Single(one =>
            one.GetProperty("checkedInAt").ValueKind != System.Text.Json.JsonValueKind.Null
        );
        var ticketId = inside.GetProperty("ticketId").GetString();
        (await device.Post($"/door/check-ins/{ticketId}/undo")).Expect(200);
        (await device.Post($"/door/check-ins/{ticketId}/undo")).Expect(409, "not_checked_in");
        _host.Time.Advance(Duration.FromMinutes(1));
        Assert.That((await device.Scan(tickets[0], "c")).Result(), Is.EqualTo("admitted"));
    }

    [Test]
    public async Task What_is_no_ticket_of_this_session_opens_nothing()
    {
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var elsewhere = await _host.Given.PublishedSession();
        var device = await _host.Device(_organizer, _session);
        var other = await _host.Device(_organizer, elsewhere);
        var parts = tickets[0].Split('.');

        foreach (
            var (nonce, text) in new[]
            {
                ("1", "CD1"),
                ("2", ""),
                ("3", $"CD1.{TypeId.New("tkt", _host.Time.Now)}.{parts[2]}.{parts[3]}"),
                ("4", $"{parts[0]}.{parts[1]}.99.{parts[3]}"),
                ("5", tickets[0][..^4] + "AAAA"),
            }
        )
            Assert.That((await device.Scan(text, nonce)).Reason(), Is.EqualTo("ticket_invalid"), text);
        Assert.That((await other.Scan(tickets[0], "6")).Reason(), Is.EqualTo("ticket_invalid"));
        Assert.That(tickets[0], Does.Not.Contain("示例").And.Not.Contain(_session).And.Not.Contain(_company.Id));
        Assert.That((await device.Scan(tickets[0], "7")).Result(), Is.EqualTo("admitted"));
    }

    [Test]
    public async Task Who_is_not_vetted_or_has_not_accepted_stays_outside()
    {
        var ids = await _company.Named(_seat, "示例");
        (await _organizer.Post($"/delegates/{ids[0]}/approve")).Expect(200);
        Assert.That(
            (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200)["issued"].GetInt64(),
            Is.EqualTo(1)
        );
        var person = await _host.DelegateOf(_organizer, ids[0]);
        var ticket = await person.Ticket();
        var device = await _host.Device(_organizer, _session);

        Assert.That((await device.Scan(ticket, "a")).Reason(), Is.EqualTo("agreements_missing"));
        (await person.AcceptAll()).Expect(200);
        Assert.That((await device.Scan(ticket, "b")).Result(), Is.EqualTo("admitted"));
        var unvetted = await _host.DelegateOf(_organizer, ids[1]);
        (await unvetted.Get("/delegate/ticket")).Expect(404, "not_found");
    }

    [Test]
    public async Task A_pairing_code_works_once_and_for_ten_minutes_and_a_device_opens_its_door_alone()
    {
        var door = await _host.Given.Organizer(Permission.Door);
        var code = (await door.Post($"/sessions/{_session}/door-devices", new { name = "二号门" }))
            .Expect(201)["code"]
            .GetString()!;
        var paired = (
            await _host.Anonymous.Post("/door/pair", new { code = code.ToLowerInvariant().Replace("-", " ") })
        ).Expect(200);
        (await _host.Anonymous.Post("/door/pair", new { code })).Expect(409, "pairing_code_invalid");
        var late = (await door.Post($"/sessions/{_session}/door-devices", new { name = "三号门" })).Expect(201)["code"];
        _host.Time.Advance(Duration.FromMinutes(10));
        (await _host.Anonymous.Post("/door/pair", new { code = late.GetString() })).Expect(409, "pairing_code_invalid");
        (await _host.Anonymous.Post("/door/pair", new { })).Expect(409, "pairing_code_invalid");

        var device = _host.As(paired["token"].GetString()!);
        Assert.That((await device.Get("/me")).Expect(200)["role"].GetString(), Is.EqualTo("device"));
        foreach (
            var path in new[] { $"/reservations/{_seat}", $"/sessions/{_session}/check-ins", "/companies", "/delegate" }
        )
            Assert.That((await device.Get(path)).Status, Is.EqualTo(403), path);
        (await _company.Api.Post($"/sessions/{_session}/door-devices", new { name = "假门" })).Expect(403, "forbidden");
        (
            await (await _host.Given.Organizer(Permission.Finance)).Post(
                $"/sessions/{_session}/door-devices",
                new { name = "假门" }
            )
        ).Expect(403, "forbidden");
        (await _organizer.Post("/door/scans", new { })).Expect(403, "forbidden");
        (await door.Delete($"/door-devices/{paired["deviceId"].GetString()}")).Expect(204);
        (await device.Get("/door/roster")).Expect(401, "unauthenticated");
    }

    [Test]
    public async Task An_offline_scan_from_before_an_undo_does_not_bring_the_person_back()
    {
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var device = await _host.Device(_organizer, _session);
        var offline = await _host.Device(_organizer, _session, "二号门");
        var seen = _host.Time.Now + Duration.FromMinutes(1);
        (await device.Scan(tickets[0], "a")).Expect(200);
        _host.Time.Advance(Duration.FromMinutes(5));
        var ticketId = tickets[0].Split('.')[1];
        (await _organizer.Post($"/sessions/{_session}/check-ins/{ticketId}/undo")).Expect(200);

        Assert.That((await offline.Scan(tickets[0], "b", seen)).Reason(), Is.EqualTo("check_in_undone"));
        Assert.That(await Count("check_in WHERE undone_at IS NULL"), Is.Zero);
        // A clock that runs ahead counts as now.
        Assert.That(
            (await offline.Scan(tickets[1], "c", _host.Time.Now + Duration.FromDays(9))).Result(),
            Is.EqualTo("admitted")
        );
        Assert.That(
            await _host.Query<long>("SELECT MAX(at) FROM check_in"),
            Is.EqualTo(_host.Time.Now.ToUnixTimeMilliseconds())
        );
    }

    [Test]
    public async Task A_rehearsal_is_flagged_and_does_not_keep_anybody_outside_on_the_day()
    {
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var device = await _host.Device(_organizer, _session);
        var rehearsed = await device.Scan(tickets[0], "a");
        Assert.That(rehearsed.Result(), Is.EqualTo("admitted"));
        Assert.That(rehearsed["results"][0].GetProperty("early").GetBoolean(), Is.True);

        _host.Time.Advance(Duration.FromMinutes(1));
        await _host.Tamper(
            "UPDATE session SET begins_at = @begins WHERE id = @_session",
            new { begins = _host.Time.Now + Duration.FromHours(12), _session }
        );
        var onTheDay = await device.Scan(tickets[0], "b");
        Assert.That(onTheDay.Result(), Is.EqualTo("admitted"));
        Assert.That(onTheDay["results"][0].GetProperty("early").GetBoolean(), Is.False);
        Assert.That((await device.Scan(tickets[0], "c")).Result(), Is.EqualTo("duplicate"));
        Assert.That(
            (await device.Scan(tickets[0], "d", _host.Time.Now - Duration.FromDays(3))).Result(),
            Is.EqualTo("duplicate"),
            "a clock that is days behind was not first"
        );
        Assert.That(await Count("check_in"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_day_is_in_everyones_calendar_moves_there_and_is_taken_back()
    {
        var (_, _, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var (_, _, _) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        var told = Calendars(await _host.DeliverMails());
        (await _organizer.Patch($"/sessions/{_session}", new { startsAt = "10:00", venue = "新会场" })).Expect(200);
        var moved = Calendars(await _host.DeliverMails());
        (await _organizer.Post($"/sessions/{_session}/cancel")).Expect(200);
        var cancelled = Calendars(await _host.DeliverMails());

        Assert.That((told.Length, moved.Length), Is.EqualTo((3, 3)));
        Assert.That(cancelled, Is.Not.Empty);
        var read = await IcsJudge.Read([told[0], moved[0], cancelled[^1]]);
        Assert.That(
            read.Select(file => file.GetProperty("method").GetString()),
            Is.EqualTo(["REQUEST", "REQUEST", "CANCEL"])
        );
        var events = (await IcsJudge.Read([.. told, .. moved, .. cancelled]))
            .Select(file => file.GetProperty("events")[0])
            .GroupBy(one => one.GetProperty("uid").GetString())
            .ToArray();
        Assert.That(events, Has.Length.EqualTo(3), "Each person's appointment keeps its uid.");
        foreach (var person in events)
        {
            Assert.That(person.Select(one => one.GetProperty("sequence").GetInt64()), Is.Ordered.Ascending);
            Assert.That(person.Last().GetProperty("status").GetString(), Is.EqualTo("CANCELLED"));
        }
        Assert.That(read[0].GetProperty("events")[0].GetProperty("location").GetString(), Is.EqualTo("北京 示例会场"));
        Assert.That(read[1].GetProperty("events")[0].GetProperty("location").GetString(), Is.EqualTo("北京 新会场"));

        static string[] Calendars(List<ReceivedMail> mails) =>
            [.. mails.Select(mail => mail.Calendar).OfType<string>().Where(text => text.Contains("tkt_"))];
    }

    Task<long> Count(string from) => _host.Query<long>($"SELECT COUNT(*) FROM {from}");
}
