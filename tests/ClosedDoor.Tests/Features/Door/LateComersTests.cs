using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Invitations;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Door;

/// <summary>Who is added to those who come when tickets have been given out already, and links on the day itself.</summary>
public class LateComersTests : SessionDesk
{
    [SetUp]
    public async Task GiveTicketsOut()
    {
        // Somebody has a ticket: from now on whoever comes is given one.
        await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();
    }

    [Test]
    public async Task Money_that_comes_after_the_tickets_brings_the_companys_people_theirs()
    {
        var company = await _host.Given.VettedCompany();
        var (seat, payment) = await _host.Given.AwaitingTransfer(company, _session);
        var ids = await company.Named(seat, "示例");
        await _host.Ready(_organizer, ids[0]);
        var person = await _host.DelegateOf(_organizer, ids[0]);
        (await person.Get("/delegate/ticket")).Expect(404, "not_found");
        await _host.DeliverMails();

        (await _organizer.Receive(_host, payment)).Expect(200);

        Assert.That(
            (await person.Get("/delegate/ticket")).Expect(200)["barred"].ValueKind,
            Is.EqualTo(System.Text.Json.JsonValueKind.Null)
        );
        Assert.That(
            (await _host.DeliverMails()).Count(mail =>
                mail.Calendar?.Contains("METHOD:REQUEST", StringComparison.Ordinal) is true
            ),
            Is.EqualTo(1)
        );
        var waiting = await _host.DelegateOf(_organizer, ids[1]);
        (await waiting.Get("/delegate/ticket")).Expect(404, "not_found");
        await _host.Ready(_organizer, ids[1]);
        (await waiting.Get("/delegate/ticket")).Expect(200);
    }

    [Test]
    public async Task A_seat_that_comes_back_with_late_money_has_its_people_at_the_door()
    {
        var company = await _host.Given.VettedCompany();
        var (seat, payment) = await _host.Given.AwaitingTransfer(company, _session);
        var ids = await company.Named(seat, "示例");
        await _host.Ready(_organizer, ids[0]);
        var person = await _host.DelegateOf(_organizer, ids[0]);
        _host.Time.Advance(Duration.FromDays(14));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        Assert.That(await _host.StatusOf(seat), Is.EqualTo("expired"));
        await _host.DeliverMails();

        (await _organizer.Receive(_host, payment)).Expect(200);

        Assert.That(await _host.StatusOf(seat), Is.EqualTo("confirmed"));
        var ticket = await person.Ticket();
        _host.Time.Advance(Duration.FromDays(14));
        var device = await _host.Device(_organizer, _session);
        Assert.That((await device.Scan(ticket, "a")).Result(), Is.EqualTo("admitted"));
    }

    [Test]
    public async Task A_delegates_link_works_on_the_day_and_the_two_after_it_and_nobody_is_written_to_any_more()
    {
        var company = await _host.Given.VettedCompany();
        var seat = await _host.Confirmed(company, _session);
        var ids = await company.Named(seat, "示例");
        var person = await _host.DelegateOf(_organizer, ids[0]);
        await _host.DeliverMails();
        _host.Time.Advance(Duration.FromDays(28));

        // Approved at the last moment: accepted at the door, and in.
        (await _organizer.Post($"/delegates/{ids[0]}/approve")).Expect(200);
        Assert.That(
            (await _host.DeliverMails()).Select(mail => mail.Subject),
            Has.None.Contain("请确认参会文件"),
            "a letter that asks for something before the day is pointless now"
        );
        (await person.AcceptAll()).Expect(200);
        var device = await _host.Device(_organizer, _session);
        Assert.That((await device.Scan(await person.Ticket(), "a")).Result(), Is.EqualTo("admitted"));

        _host.Time.Advance(Duration.FromDays(3) - Duration.FromSeconds(1));
        (await person.Get("/delegate")).Expect(200);
        _host.Time.Advance(Duration.FromSeconds(1));
        (await person.Get("/delegate")).Expect(401);
        (await person.Get("/delegate/ticket")).Expect(401);
    }
}
