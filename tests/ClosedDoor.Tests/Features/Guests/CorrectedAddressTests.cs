using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Invitations;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>A guest's e-mail address was wrong, and is put right.</summary>
public class CorrectedAddressTests : SessionDesk
{
    const string Right = "right@example.com";

    Task<Reply> Correct(string guest) => _organizer.Patch($"/guests/{guest}", new { email = Right });

    /// <summary>Who opens the link in a mail.</summary>
    ApiClient OpenerOf(ReceivedMail mail) => _host.As(mail.PlainText.Split("/invitation#")[1].Split('\r')[0]);

    Task<string> Revoked(string invitation) =>
        _host.Query<string>(
            "SELECT COALESCE(MAX(after), '') FROM audit WHERE chain = @_session AND subject = @invitation AND action = 'invitation.links_revoked'",
            new { _session, invitation }
        );

    [Test]
    public async Task The_links_to_the_wrong_mailbox_end_and_the_right_one_gets_the_invitation()
    {
        var guest = await _organizer.Director();
        var invitation = await _organizer.Invite(_session, guest);
        var wrong = OpenerOf(await _host.DeliverOneMail());
        (await wrong.Get("/invitation")).Expect(200);

        (await Correct(guest)).Expect(200);

        (await wrong.Get("/invitation")).Expect(401, "unauthenticated");
        var mail = await _host.DeliverOneMail();
        Assert.That(mail.Headers["To"], Is.EqualTo(Right));
        Assert.That(mail.Subject, Does.Contain("诚挚邀请您出席"));
        Assert.That((await OpenerOf(mail).Get("/invitation")).Expect(200).Id, Is.EqualTo(invitation));
        Assert.That(await Revoked(invitation), Does.Contain("\"revoked\":1"));
    }

    [Test]
    public async Task Who_comes_gets_the_ticket_anew_or_the_way_to_the_own_page()
    {
        var (guest, invitation, wrong) = await _host.AcceptedGuest(_organizer, _session);
        await _host.DeliverMails();

        (await Correct(guest)).Expect(200);
        var page = await _host.DeliverOneMail();
        Assert.That(page.Headers["To"], Is.EqualTo(Right));
        Assert.That(page.Subject, Does.Contain("您的专属链接"));
        Assert.That(page.PlainText, Does.Not.Contain("示例会场"), "where it is stands behind the link alone");
        Assert.That(
            (await OpenerOf(page).Get("/invitation")).Expect(200)["status"].GetString(),
            Is.EqualTo("accepted")
        );
        (await wrong.Get("/invitation")).Expect(401, "unauthenticated");

        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();
        (await _organizer.Patch($"/guests/{guest}", new { email = "more-right@example.com" })).Expect(200);
        var ticket = await _host.DeliverOneMail();
        Assert.That(ticket.Headers["To"], Is.EqualTo("more-right@example.com"));
        Assert.That(ticket.Calendar, Does.Contain("METHOD:REQUEST").And.Contain("SEQUENCE:1"));
        Assert.That((await OpenerOf(ticket).Get("/invitation")).Expect(200).Id, Is.EqualTo(invitation));
    }

    [Test]
    public async Task Every_session_is_thought_of_and_who_does_not_come_is_left_in_peace()
    {
        var guest = await _organizer.Expert();
        var pending = await _organizer.Invite(_session, guest);
        var elsewhere = await _host.Given.PublishedSession();
        var declined = await _organizer.Invite(elsewhere, guest);
        var no = await _host.GuestOf(_organizer, declined);
        (await no.Post("/invitation/decline")).Expect(200);
        var off = await _host.Given.PublishedSession();
        var cancelled = await _host.GuestOf(_organizer, await _organizer.Invite(off, guest));
        (await _organizer.Post($"/sessions/{off}/cancel")).Expect(200);
        await _host.DeliverMails();

        (await Correct(guest)).Expect(200);

        foreach (var link in new[] { no, cancelled })
            (await link.Get("/invitation/data")).Expect(401, "unauthenticated");
        Assert.That((await OpenerOf(await _host.DeliverOneMail()).Get("/invitation")).Id, Is.EqualTo(pending));
    }

    [Test]
    public async Task Who_has_declined_and_asks_for_it_has_a_link_to_the_own_data_again()
    {
        var guest = await _organizer.Expert();
        var invitation = await _organizer.Invite(_session, guest);
        (await _organizer.Post($"/invitations/{invitation}/decline")).Expect(200);
        await _host.DeliverMails();

        (await Correct(guest)).Expect(200);
        Assert.That(await _host.DeliverMails(), Is.Empty, "nobody is asked again what they have said");

        var own = await _host.GuestOf(_organizer, invitation);
        Assert.That((await own.Get("/invitation/data")).Expect(200)["email"].GetString(), Is.EqualTo(Right));
        (await own.Post("/invitation/accept")).Expect(409, "wrong_invitation_status");
        (await own.Delete("/invitation/data")).Expect(204);
    }

    [Test]
    public async Task A_substitute_who_was_not_written_to_yet_has_no_link()
    {
        var substitute = await _organizer.Substitute(_session, await _organizer.Expert());
        (await _organizer.Post($"/invitations/{substitute}/links")).Expect(409, "wrong_invitation_status");
    }

    [Test]
    public async Task What_waits_when_the_address_is_corrected_comes_to_the_right_mailbox_once()
    {
        var guest = await _organizer.Director();
        var invitation = await _organizer.Invite(_session, guest);
        (await _organizer.Post($"/sessions/{_session}/reminders", new { invitationIds = new[] { invitation } })).Expect(
            200
        );

        (await _organizer.Patch($"/guests/{guest}", new { email = "wrong-again@example.com" })).Expect(200);
        (await Correct(guest)).Expect(200);

        var mail = await _host.DeliverOneMail();
        Assert.That(mail.Headers["To"], Is.EqualTo(Right));
        Assert.That((await OpenerOf(mail).Get("/invitation")).Expect(200).Id, Is.EqualTo(invitation));
    }

    [Test]
    public async Task A_ticket_that_waits_when_the_address_is_corrected_comes_to_the_right_mailbox_once()
    {
        var (guest, _, _) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);

        (await Correct(guest)).Expect(200);

        var mail = await _host.DeliverOneMail();
        Assert.That(mail.Calendar, Does.Contain("METHOD:REQUEST").And.Contain("SEQUENCE:1"));
    }

    [Test]
    public async Task A_mail_that_is_being_sent_when_the_address_is_corrected_does_not_keep_the_right_mailbox_from_its_own()
    {
        var guest = await _organizer.Director();
        await _organizer.Invite(_session, guest);
        Assert.That(await _host.Get<OutboxWorker>().Claim(_host.Time.Now), Has.Count.EqualTo(1));

        (await Correct(guest)).Expect(200);

        await _host.Get<OutboxWorker>().RunOnce(_host.Time.Now);
        Assert.That(
            Directory.GetFiles(_host.MailFolder).Select(file => ReceivedMail.Open(file).Headers["To"]),
            Is.EqualTo([Right])
        );
    }

    [Test]
    public async Task A_link_ends_by_no_other_correction()
    {
        var (guest, _, link) = await _host.AcceptedGuest(_organizer, _session);
        var email = (await _organizer.Get($"/guests/{guest}"))["email"].GetString()!;
        await _host.DeliverMails();

        (
            await _organizer.Patch($"/guests/{guest}", new { phone = "13900001111", email = email.ToUpperInvariant() })
        ).Expect(200);

        (await link.Get("/invitation")).Expect(200);
        Assert.That(await _host.DeliverMails(), Is.Empty);
    }

    [Test]
    public async Task A_guest_who_had_no_address_keeps_the_link_that_came_another_way_and_gets_the_mail()
    {
        var guest = await _organizer.Expert();
        (await _organizer.Patch($"/guests/{guest}", new { email = "" })).Expect(200);
        var link = await _host.GuestOf(_organizer, await _organizer.Invite(_session, guest));
        Assert.That(await _host.DeliverMails(), Is.Empty);

        (await Correct(guest)).Expect(200);

        (await link.Get("/invitation")).Expect(200);
        Assert.That((await _host.DeliverOneMail()).Headers["To"], Is.EqualTo(Right));
    }

    [Test]
    public async Task A_guests_own_correction_keeps_the_link_that_it_came_by_and_ends_the_others()
    {
        var guest = await _organizer.Expert();
        var invitation = await _organizer.Invite(_session, guest);
        var mailed = OpenerOf(await _host.DeliverOneMail());
        var own = await _host.GuestOf(_organizer, invitation);
        (await mailed.Get("/invitation")).Expect(200);

        (await own.Patch("/invitation/data", new { email = Right })).Expect(200);

        (await own.Get("/invitation")).Expect(200);
        (await mailed.Get("/invitation")).Expect(401, "unauthenticated");
        var mail = await _host.DeliverOneMail();
        Assert.That(mail.Headers["To"], Is.EqualTo(Right));
        (await OpenerOf(mail).Get("/invitation")).Expect(200);
        Assert.That(await Revoked(invitation), Does.Contain("\"revoked\":1"));
    }

    [Test]
    public async Task Nobody_sends_mails_to_one_address_after_the_other_by_correcting_the_own()
    {
        var (_, _, own) = await _host.AcceptedGuest(_organizer, _session);

        var tries = new List<int>();
        for (var i = 0; i < 5; i++)
            tries.Add((await own.Patch("/invitation/data", new { email = $"stranger{i}@example.com" })).Status);

        Assert.That(tries, Is.EqualTo([200, 200, 200, 429, 429]));
        _host.Time.Advance(Duration.FromDays(1) + Duration.FromSeconds(1));
        (await own.Patch("/invitation/data", new { email = Right })).Expect(200);
    }
}
