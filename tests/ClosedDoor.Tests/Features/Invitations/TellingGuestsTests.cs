using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invitations;

/// <summary>What guests hear when something changes under them, with a ticket and without.</summary>
public class TellingGuestsTests : SessionDesk
{
    [Test]
    public async Task Who_was_asked_hears_of_a_move_and_of_the_end_with_or_without_a_ticket()
    {
        await _organizer.Invite(_session, await _organizer.Director());
        var declined = await _organizer.Invite(_session, await _organizer.Director());
        await _organizer.Substitute(_session, await _organizer.Expert());
        (await _organizer.Post($"/invitations/{declined}/decline")).Expect(200);
        await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _organizer.Invite(_session, await _organizer.Director());
        await _host.DeliverMails();

        (await _organizer.Patch($"/sessions/{_session}", new { venue = "新会场", startsAt = "10:00" })).Expect(200);
        var moved = await _host.DeliverMails();
        Assert.That(moved.Count(mail => mail.Calendar is not null), Is.EqualTo(1), "by the ticket");
        Assert.That(moved.Count(mail => mail.Subject.Contains("日程有变更")), Is.EqualTo(2));
        Assert.That(moved, Has.Count.EqualTo(3));
        Assert.That(
            moved.Where(mail => mail.Calendar is null).Select(mail => mail.PlainText),
            Has.None.Contain("新会场")
        );

        (await _organizer.Post($"/sessions/{_session}/cancel")).Expect(200);
        var off = await _host.DeliverMails();
        Assert.That(off, Has.Count.EqualTo(3));
        Assert.That(off.Count(mail => mail.Subject.Contains("出席安排已取消")), Is.EqualTo(2));
    }

    [Test]
    public async Task A_guest_who_withdraws_with_a_ticket_has_the_day_taken_back()
    {
        var (_, invitation, api) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();

        Assert.That((await api.Get("/invitation/ticket")).Expect(200).Text, Does.Contain("示例会场"));
        (await api.Post("/invitation/decline", new { note = "行程冲突" })).Expect(200);
        var mail = await _host.DeliverOneMail();

        Assert.That(mail.Calendar, Does.Contain("METHOD:CANCEL").And.Contain("SEQUENCE:1"));
        (await _organizer.Post($"/invitations/{invitation}/withdraw")).Expect(409, "wrong_invitation_status");
        (await api.Get("/invitation/ticket")).Expect(404, "not_found");
        (await api.Get("/invitation/ticket/page")).Expect(404, "not_found");
        var report = (await _organizer.Get($"/sessions/{_session}/report")).Expect(200);
        Assert.That(report["guests.expected"].GetInt64(), Is.Zero, "who has withdrawn is not missed");

        (await _organizer.Patch($"/sessions/{_session}", new { venue = "另一会场" })).Expect(200);
        Assert.That(await _host.DeliverMails(), Is.Empty, "nor told of the day again");
    }

    [Test]
    public async Task Whose_invitation_is_taken_back_is_told()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Expert());
        await _host.DeliverMails();
        (await _organizer.Post($"/invitations/{invitation}/withdraw")).Expect(200);
        Assert.That((await _host.DeliverOneMail()).Subject, Does.Contain("出席安排已取消"));
    }

    [Test]
    public async Task Once_tickets_are_out_who_is_added_gets_one()
    {
        var company = await _host.Given.VettedCompany();
        var seat = await _host.Confirmed(company, _session);
        var ids = await company.Named(seat, "示例");
        await _host.Ready(_organizer, ids[0]);
        Assert.That(await Tickets(), Is.Zero, "none before the organizer gives them out");
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        Assert.That(await Tickets(), Is.EqualTo(1));

        (await _organizer.Post($"/delegates/{ids[1]}/approve")).Expect(200);
        Assert.That(await Tickets(), Is.EqualTo(2));
        var guest = await _host.GuestOf(_organizer, await _organizer.Invite(_session, await _organizer.Expert()));
        (await guest.Post("/invitation/accept")).Expect(200);
        Assert.That(await Tickets(), Is.EqualTo(3));
        (await guest.Get("/invitation/ticket")).Expect(200);
    }

    [Test]
    public async Task Nobody_is_asked_to_a_session_that_has_begun()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Expert());
        await _host.Tamper(
            "UPDATE session SET begins_at = @now WHERE id = @_session",
            new { now = _host.Time.Now, _session }
        );

        Assert.That(await _host.DeliverMails(), Is.Empty);
        (await _organizer.Post($"/sessions/{_session}/reminders", new { invitationIds = new[] { invitation } })).Expect(
            409,
            "session_begun"
        );
    }

    Task<long> Tickets() =>
        _host.Query<long>("SELECT COUNT(*) FROM ticket WHERE session_id = @_session", new { _session });
}
