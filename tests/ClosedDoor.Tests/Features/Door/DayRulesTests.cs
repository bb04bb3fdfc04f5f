using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Door;

/// <summary>What counts as having been there, whom the door staff see to, and how long a device may ask.</summary>
public class DayRulesTests : SeatDesk
{
    private protected override (string Name, string Value)[] Configured => [("CLOSEDDOOR_DELEGATES_CUTOFF_HOURS", "0")];

    async Task<string> Roster(ApiClient device, string ticket) =>
        (await device.Get("/door/roster"))
            .Expect(200)["items"]
            .EnumerateArray()
            .Single(one => one.GetProperty("ticketId").GetString() == ticket.Split('.')[1])
            .ToString();

    [Test]
    public async Task A_session_that_is_off_lets_nobody_in()
    {
        var (_, _, guest) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        var ticket = await guest.Ticket();
        var device = await _host.Device(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/cancel")).Expect(200);

        var scan = await device.Scan(ticket, "off");

        Assert.That((scan.Result(), scan.Reason()), Is.EqualTo(("refused", "wrong_session_status")));
    }

    [Test]
    public async Task A_guest_without_the_pledge_is_let_in_with_a_warning_until_it_is_accepted()
    {
        var (_, _, guest) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        var device = await _host.Device(_organizer, _session);
        var ticket = await guest.Ticket();
        const string Missing = "\"warnings\":[\"integrity_pledge_missing\"]";

        Assert.That(await Roster(device, ticket), Does.Contain(Missing));
        var scan = await device.Scan(ticket, "a");
        Assert.That(scan.Result(), Is.EqualTo("admitted"));
        Assert.That(scan.Text, Does.Contain(Missing));

        // At the door, on the guest's own telephone.
        (await guest.Agree(ConsentKind.IntegrityPledge)).Expect(200);
        Assert.That(await Roster(device, ticket), Does.Contain("\"warnings\":[]"));
        (await guest.Delete("/invitation/consents/integrity_pledge")).Expect(200);
        Assert.That(await Roster(device, ticket), Does.Contain(Missing));
    }

    [Test]
    public async Task An_official_comes_in_once_the_units_approval_is_on_file()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Official());
        var official = await _host.GuestOf(_organizer, invitation);
        (await official.Post("/invitation/accept")).Expect(200);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        var device = await _host.Device(_organizer, _session);
        var ticket = await official.Ticket();

        Assert.That(await Roster(device, ticket), Does.Contain("\"barred\":\"unit_approval_missing\""));
        Assert.That((await device.Scan(ticket, "a")).Reason(), Is.EqualTo("unit_approval_missing"));
        Assert.That(
            (await official.Get("/invitation/ticket"))["barred"].GetString(),
            Is.EqualTo("unit_approval_missing"),
            "and the official is told before the day"
        );

        (await _organizer.FileApproval(invitation)).Expect(200);
        Assert.That((await device.Scan(ticket, "b")).Result(), Is.EqualTo("admitted"));
    }

    [Test]
    public async Task A_rehearsal_is_no_attendance()
    {
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var device = await _host.Device(_organizer, _session);
        foreach (var ticket in tickets)
            Assert.That((await device.Scan(ticket, ticket[^8..])).Result(), Is.EqualTo("admitted"));
        Assert.That(await Roster(device, tickets[0]), Does.Contain("\"early\":true"));
        _host.Time.Advance(Duration.FromDays(28));
        Assert.That((await device.Scan(tickets[0], "on the day")).Result(), Is.EqualTo("admitted"));
        Assert.That(await Roster(device, tickets[0]), Does.Contain("\"early\":false"));
        await _host.DeliverMails();

        (await _organizer.Post($"/sessions/{_session}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{_session}/complete")).Expect(200);

        Assert.That(
            (await _organizer.Get($"/sessions/{_session}/report"))["delegates"].ToString(),
            Is.EqualTo("""{"expected":2,"present":1,"absent":1}""")
        );
        Assert.That(await _host.DeliverMails(), Has.Count.EqualTo(1), "who only rehearsed is not thanked for coming");
    }

    [Test]
    public async Task When_nobody_but_a_rehearsal_used_the_door_nothing_is_known_of_anybody()
    {
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var device = await _host.Device(_organizer, _session);
        (await device.Scan(tickets[0], "a")).Expect(200);
        _host.Time.Advance(Duration.FromDays(28));
        (await _organizer.Post($"/sessions/{_session}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{_session}/complete")).Expect(200);

        Assert.That(await _host.StatusOf(_seat), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task Who_rehearsed_and_was_refused_since_stays_outside_on_the_day()
    {
        var (ids, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var device = await _host.Device(_organizer, _session);
        (await device.Scan(tickets[0], "a")).Expect(200);
        (await _organizer.Post($"/delegates/{ids[0]}/refuse", new { note = "示例原因" })).Expect(200);
        _host.Time.Advance(Duration.FromDays(28));

        Assert.That((await device.Scan(tickets[0], "b")).Reason(), Is.EqualTo("delegate_not_vetted"));
        Assert.That((await device.Scan(tickets[1], "c")).Result(), Is.EqualTo("admitted"));
    }

    [Test]
    public async Task A_delegate_who_rehearsed_can_be_replaced_and_one_who_came_cannot()
    {
        var (_, tickets, _) = await _host.TwoComers(_organizer, _company, _seat, _session);
        var device = await _host.Device(_organizer, _session);
        (await device.Scan(tickets[0], "a")).Expect(200);
        var one = new[]
        {
            new
            {
                name = "示例乙",
                jobTitle = "市场总监",
                phone = "13800000000",
                email = "delegate@example.com",
            },
        };
        (await _company.Api.Put($"/reservations/{_seat}/delegates", one)).Expect(200);
        Assert.That((await device.Scan(tickets[0], "b")).Result(), Is.EqualTo("duplicate"), "as early as the first");

        _host.Time.Advance(Duration.FromDays(28) - Duration.FromHours(2));
        Assert.That((await device.Scan(tickets[0], "c")).Reason(), Is.EqualTo("delegate_replaced"));
        Assert.That((await device.Scan(tickets[1], "d")).Result(), Is.EqualTo("admitted"));
        (await _company.Api.Put($"/reservations/{_seat}/delegates", Array.Empty<object>())).Expect(
            409,
            "delegate_checked_in"
        );
    }

    [Test]
    public async Task A_session_is_completed_once_its_day_has_begun_unless_nobody_comes()
    {
        (await _organizer.Post($"/sessions/{_session}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{_session}/complete")).Expect(409, "session_not_begun");
        _host.Time.Advance(Duration.FromDays(28));
        (await _organizer.Post($"/sessions/{_session}/complete")).Expect(200);

        var guestsOnly = await _host.Given.PublishedSession();
        await _host.AcceptedGuest(_organizer, guestsOnly);
        (await _organizer.Post($"/sessions/{guestsOnly}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{guestsOnly}/complete")).Expect(409, "session_not_begun");

        var empty = await _host.Given.PublishedSession();
        (await _organizer.Post($"/sessions/{empty}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{empty}/complete")).Expect(200);
    }

    [Test]
    public async Task A_devices_token_ends_three_days_after_the_session_begins_wherever_that_is_moved()
    {
        var code = (await _organizer.Post($"/sessions/{_session}/door-devices", new { name = "一号门" })).Expect(201);
        var paired = (await _host.Anonymous.Post("/door/pair", new { code = code["code"].GetString() })).Expect(200);
        var begins = _host.Time.Now + Duration.FromDays(28);
        Assert.That(
            paired["expiresAt"].GetDateTimeOffset(),
            Is.EqualTo((begins + KnownTokens.DeviceLives).ToDateTimeOffset())
        );
        var device = _host.As(paired["token"].GetString()!);

        _host.Time.Advance(Duration.FromDays(31) - Duration.FromSeconds(1));
        (await device.Get("/door/roster")).Expect(200);
        _host.Time.Advance(Duration.FromSeconds(1));
        (await device.Get("/door/roster")).Expect(401);
        (await device.Scan("CD1", "a")).Expect(401);
        (await _organizer.Post($"/sessions/{_session}/door-devices", new { name = "二号门" })).Expect(
            409,
            "wrong_session_status"
        );

        await _host.Tamper(
            "UPDATE session SET begins_at = @now WHERE id = @_session",
            new { now = _host.Time.Now, _session }
        );
        (await device.Get("/door/roster")).Expect(200);
    }
}
