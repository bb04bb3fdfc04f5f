using System.Text.Json;
using ClosedDoor.Features.Guests;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>Guests who are forgotten: by their own word, by an organizer's, and when nobody has asked for them for long.</summary>
public class ErasureTests : SeatDesk
{
    private protected override (string Name, string Value)[] Configured => [("CLOSEDDOOR_GUEST_DAYS", "365")];

    [Test]
    public async Task A_guest_is_forgotten_by_the_link_at_once_and_the_day_leaves_the_calendar()
    {
        var (guestId, invitation, guest) = await _host.AcceptedGuest(_organizer, _session);
        var data = (await guest.Get("/invitation/data")).Expect(200);
        var (name, email) = (data["name"].GetString()!, data["email"].GetString()!);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();
        (await guest.Delete("/invitation/data", ifMatch: "\"0\"")).Expect(412, "stale_version");

        (await guest.Delete("/invitation/data", ifMatch: data.ETag)).Expect(204);

        (await guest.Get("/invitation")).Expect(401);
        (await guest.Delete("/invitation/data")).Expect(401);
        var left = (await _organizer.Get($"/guests/{guestId}")).Expect(200);
        Assert.That((left["name"].GetString(), left["email"].GetString()), Is.EqualTo(("", (string?)null)));
        Assert.That(
            (await _organizer.Get($"/invitations/{invitation}"))["status"].GetString(),
            Is.EqualTo("withdrawn")
        );
        var mail = (await _host.DeliverMails()).Single(one => one.Calendar is not null);
        Assert.That(mail.PlainText, Does.Contain(name).And.Not.Contain("示例会场"));
        Assert.That(mail.Calendar, Does.Contain("METHOD:CANCEL").And.Contain("SEQUENCE:1").And.Contain(email));
        Assert.That((await IcsJudge.Read([mail.Calendar!]))[0].GetProperty("events").GetArrayLength(), Is.EqualTo(1));
        // The address went with the mail.
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.Zero);
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE body LIKE '%' || @email || '%'", new { email }),
            Is.Zero
        );
    }

    [Test]
    public async Task No_link_is_made_for_who_was_forgotten_on_the_day()
    {
        var (_, invitation, guest) = await _host.AcceptedGuest(_organizer, _session);
        var ids = await _company.Named(_seat, "示例");
        var person = await _host.DelegateOf(_organizer, ids[0]);
        _host.Time.Advance(Duration.FromDays(28) + Duration.FromHours(1));
        (await guest.Delete("/invitation/data")).Expect(204);
        (await person.Delete("/delegate/data")).Expect(204);

        (await _organizer.Post($"/invitations/{invitation}/links")).Expect(409, "guest_forgotten");
        (await _organizer.Post($"/delegates/{ids[0]}/links")).Expect(404, "not_found");
    }

    [Test]
    public async Task Who_had_no_appointment_or_was_there_already_gets_no_cancellation()
    {
        var (_, _, early) = await _host.AcceptedGuest(_organizer, _session);
        (await early.Delete("/invitation/data")).Expect(204);
        var (_, _, late) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();
        _host.Time.Advance(Duration.FromDays(29));

        (await late.Delete("/invitation/data")).Expect(204);

        Assert.That((await _host.DeliverMails()).Cancellations(), Is.Empty);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.Zero);
    }

    [Test]
    public async Task Who_declines_and_is_erased_before_the_mail_is_out_has_the_day_taken_back_once()
    {
        var (_, _, guest) = await _host.AcceptedGuest(_organizer, _session);
        var email = (await guest.Get("/invitation/data")).Expect(200)["email"].GetString()!;
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();

        (await guest.Post("/invitation/decline")).Expect(200);
        (await guest.Delete("/invitation/data")).Expect(204);

        var mail = (await _host.DeliverMails()).Single(one => one.Headers["To"].Contains(email));
        Assert.That(mail.Calendar, Does.Contain("METHOD:CANCEL").And.Contain("SEQUENCE:2"));
        Assert.That(mail.PlainText, Does.Not.Contain("#"), "no link");
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.Zero);
    }

    [Test]
    public async Task Who_was_told_that_the_day_is_off_hears_nothing_when_erased()
    {
        var (_, _, declines) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        (await declines.Post("/invitation/decline")).Expect(200);
        var (comes, _, _) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        (await _organizer.Post($"/sessions/{_session}/cancel")).Expect(200);
        await _host.DeliverMails();

        (await declines.Delete("/invitation/data")).Expect(204);
        (await _organizer.Post($"/guests/{comes}/forget")).Expect(200);

        Assert.That((await _host.DeliverMails()).Cancellations(), Is.Empty);
    }

    [Test]
    public async Task Whose_session_is_called_off_and_who_is_erased_before_the_mail_is_out_has_the_day_taken_back()
    {
        var (guest, _, _) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await _host.DeliverMails();

        (await _organizer.Post($"/sessions/{_session}/cancel")).Expect(200);
        (await _organizer.Post($"/guests/{guest}/forget")).Expect(200);

        Assert.That((await _host.DeliverMails()).Cancellations(), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Nothing_that_waits_is_sent_to_who_is_erased_and_has_no_appointment()
    {
        var guest = await _organizer.Director();
        var invitation = await _organizer.Invite(_session, guest);
        var email = (await _organizer.Get($"/guests/{guest}"))["email"].GetString()!;
        (await _organizer.Post($"/invitations/{invitation}/withdraw")).Expect(200);

        (await _organizer.Post($"/guests/{guest}/forget")).Expect(200);

        Assert.That(
            (await _host.DeliverMails()).Select(mail => mail.Headers["To"]),
            Has.None.Contains(email),
            "neither the invitation nor that it was taken back"
        );
    }

    [Test]
    public async Task An_address_that_no_mail_reaches_goes_after_a_week()
    {
        var (_, _, guest) = await _host.AcceptedGuest(_organizer, _session);
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        (await guest.Delete("/invitation/data")).Expect(204);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.EqualTo(1));

        _host.Time.Advance(Duration.FromDays(8));
        await new ForgetOldGuests(_host.Data, _host.Get<Settings>(), _host.Get<KnownTokens>()).RunOnce(_host.Time.Now);

        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM calendar_end"), Is.Zero);
        Assert.That((await _host.DeliverMails()).Cancellations(), Is.Empty);
    }

    [Test]
    public async Task A_forgotten_guest_leaves_counts_and_no_trace_of_who()
    {
        var session = await _host.Given.PublishedSession();
        var expert = await _organizer.Expert();
        var guestName = (await _organizer.Get($"/guests/{expert}"))["name"].GetString()!;
        var invitation = await _organizer.Invite(session, expert);
        var substitute = await _organizer.Substitute(session, await _organizer.Expert());
        var guest = await _host.GuestOf(_organizer, invitation);
        (
            await guest.Post(
                "/invitation/accept",
                new { availability = new[] { new { from = "09:00", to = "10:00" } } }
            )
        ).Expect(200);

        var forgotten = (await _organizer.Post($"/guests/{expert}/forget")).Expect(200);

        Assert.That(forgotten["name"].GetString(), Is.Empty);
        Assert.That(forgotten["phone"].ValueKind, Is.EqualTo(JsonValueKind.Null));
        (await guest.Get("/invitation")).Expect(401);
        Assert.That(
            (await _organizer.Get($"/invitations/{invitation}"))["status"].GetString(),
            Is.EqualTo("withdrawn")
        );
        Assert.That((await _organizer.Get($"/invitations/{substitute}"))["status"].GetString(), Is.EqualTo("invited"));
        Assert.That(
            (await _organizer.Get($"/sessions/{session}/invitations"))["items"].GetArrayLength(),
            Is.EqualTo(2)
        );
        foreach (var column in new[] { "before", "after" })
            Assert.That(
                await _host.Query<long>(
                    $"SELECT COUNT(*) FROM audit WHERE {column} LIKE '%' || @guestName || '%'",
                    new { guestName }
                ),
                Is.Zero
            );
        (await _organizer.Post($"/guests/{expert}/forget")).Expect(409, "guest_forgotten");
        (await _organizer.Patch($"/guests/{expert}", new { name = "示例" })).Expect(409, "guest_forgotten");
        (await _organizer.Post($"/sessions/{session}/invitations", new { guestIds = new[] { expert } })).Expect(
            409,
            "guest_forgotten"
        );
    }

    [Test]
    public async Task Guests_are_erased_when_nobody_has_asked_them_for_long_and_the_past_keeps_its_counts()
    {
        var (invited, invitation, _) = await _host.AcceptedGuest(_organizer, _session);
        var director = await _organizer.Invite(_session, await _organizer.Director("president"));
        var official = await _organizer.Invite(_session, await _organizer.Official());
        (await _organizer.FileApproval(official)).Expect(200);
        foreach (var asked in new[] { director, official })
            (await (await _host.GuestOf(_organizer, asked)).Post("/invitation/accept")).Expect(200);
        var counts = await Counts();
        var idle = await _organizer.Expert();
        var begins = Instant.FromUnixTimeMilliseconds(
            await _host.Query<long>("SELECT begins_at FROM session WHERE id = @_session", new { _session })
        );
        var forget = new ForgetOldGuests(_host.Data, _host.Get<Settings>(), _host.Get<KnownTokens>());

        Assert.That(await forget.RunOnce(_host.Time.Now + Duration.FromDays(364)), Is.Zero);
        Assert.That(await forget.RunOnce(_host.Time.Now + Duration.FromDays(366)), Is.EqualTo(1));
        Assert.That(await Name(idle), Is.Empty);
        Assert.That(await Name(invited), Is.Not.Empty, "the session is not so long ago");

        Assert.That(await forget.RunOnce(begins + Duration.FromDays(366)), Is.EqualTo(3));
        Assert.That(await Name(invited), Is.Empty);
        Assert.That(await Counts(), Is.EqualTo(counts));
        Assert.That(counts, Does.Contain("\"hospitals\":1,\"experts\":2"));
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM guest WHERE post = 'president'"),
            Is.Zero,
            "that it counted is kept, and not which post it was"
        );
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM invitation WHERE approval_sha256 IS NOT NULL"),
            Is.Zero
        );
        Assert.That(
            await _host.Query<string>("SELECT status FROM invitation WHERE id = @invitation", new { invitation }),
            Is.EqualTo("accepted"),
            "who was there was there"
        );
        Assert.That(await forget.RunOnce(begins + Duration.FromDays(366)), Is.Zero);
    }

    [Test]
    public async Task A_forgotten_guest_endorses_nobody()
    {
        var (guest, invitationId, api) = await _host.AcceptedGuest(_organizer, _session);
        var companyId = (await _host.Given.Company()).Id;
        var endorsement = (
            await _organizer.Post(
                $"/sessions/{_session}/endorsements",
                new
                {
                    invitationId,
                    companyId,
                    statement = "愿在课题范围内提供学术指导。",
                }
            )
        ).Expect(201);
        (await api.Put($"/invitation/endorsements/{endorsement.Id}", new { consents = true })).Expect(200);

        (await _organizer.Post($"/guests/{guest}/forget")).Expect(200);

        var shown = (await _organizer.Get($"/sessions/{_session}/endorsements")).Expect(200)["items"][0];
        Assert.That(shown.GetProperty("consented").GetBoolean(), Is.False);
        Assert.That((await _organizer.Get($"/sessions/{_session}/report"))["endorsements"].GetInt64(), Is.Zero);
    }

    /// <summary>What the organizers' quorum and everybody's page of the session count.</summary>
    async Task<string> Counts() =>
        (await _organizer.Get($"/sessions/{_session}/quorum")).Expect(200)["has"].GetRawText()
        + (await _host.Anonymous.Get($"/sessions/{_session}")).Expect(200)["guests"].GetRawText()
        + (await _host.Anonymous.Get($"/sessions/{_session}/guests")).Expect(200).Text;

    Task<string> Name(string guest) => _host.Query<string>("SELECT name FROM guest WHERE id = @guest", new { guest });
}
