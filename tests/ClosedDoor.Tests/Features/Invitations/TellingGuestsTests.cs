using ClosedDoor.Features.Guests;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invitations;

/// <summary>What guests hear when something changes under them, with a ticket and without; and when they are forgotten.</summary>
public class TellingGuestsTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;
    string _session = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create(("CLOSEDDOOR_GUEST_DAYS", "365"));
        _organizer = await _host.Given.Owner();
        _session = await _host.Given.PublishedSession();
    }

    [TearDown]
    public async Task Stop()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

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
        Assert.That(off.Count(mail => mail.Subject.Contains("您无需出席")), Is.EqualTo(2));
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
        Assert.That((await _host.DeliverOneMail()).Subject, Does.Contain("您无需出席"));
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

    [Test]
    public async Task Links_go_a_month_after_they_expired()
    {
        var invitation = await _organizer.Invite(_session, await _organizer.Expert());
        await _host.GuestOf(_organizer, invitation);
        var forget = new ForgetExpiredLinks(_host.Data);
        Task<int> After(int days) =>
            forget.RunOnce(Instant.FromUnixTimeMilliseconds(_expires) + Duration.FromDays(days));
        _expires = await _host.Query<long>("SELECT MAX(expires_at) FROM personal_link");

        Assert.That(await After(29), Is.Zero);
        Assert.That(await After(31), Is.EqualTo(1));
        Assert.That(await After(31), Is.Zero);
    }

    long _expires;

    [Test]
    public async Task Guests_are_erased_when_nobody_has_asked_them_for_long_and_the_past_keeps_its_counts()
    {
        var (invited, invitation, _) = await _host.AcceptedGuest(_organizer, _session);
        var idle = await _organizer.Expert();
        var begins = Instant.FromUnixTimeMilliseconds(
            await _host.Query<long>("SELECT begins_at FROM session WHERE id = @_session", new { _session })
        );
        var forget = new ForgetOldGuests(_host.Data, _host.Get<Settings>(), _host.Get<KnownTokens>());

        Assert.That(await forget.RunOnce(_host.Time.Now + Duration.FromDays(364)), Is.Zero);
        Assert.That(await forget.RunOnce(_host.Time.Now + Duration.FromDays(366)), Is.EqualTo(1));
        Assert.That(await Name(idle), Is.Empty);
        Assert.That(await Name(invited), Is.Not.Empty, "the session is not so long ago");

        Assert.That(await forget.RunOnce(begins + Duration.FromDays(366)), Is.EqualTo(1));
        Assert.That(await Name(invited), Is.Empty);
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

    [Test]
    public async Task Two_guests_or_hospitals_who_get_one_number_at_once_are_told_apart()
    {
        string[] guests = [await _organizer.Expert(), await _organizer.Expert(), await _organizer.Expert()];
        string[] hospitals = [(await _organizer.Hospital()).Id, (await _organizer.Hospital()).Id];
        for (var round = 0; round < 5; round++)
        {
            var email = $"same{round}@example.com";
            var replies = await Race.Run(3, i => _organizer.Patch($"/guests/{guests[i]}", new { email }));
            Assert.That(replies.Select(reply => reply.Status).Order(), Is.EqualTo([200, 409, 409]));
            var code = GuestList.HospitalUscc(9_000_000 + round).Value;
            replies = await Race.Run(2, i => _organizer.Patch($"/hospitals/{hospitals[i]}", new { uscc = code }));
            Assert.That(replies.Select(reply => reply.Status).Order(), Is.EqualTo([200, 409]));
        }
    }

    Task<long> Tickets() =>
        _host.Query<long>("SELECT COUNT(*) FROM ticket WHERE session_id = @_session", new { _session });

    Task<string> Name(string guest) => _host.Query<string>("SELECT name FROM guest WHERE id = @guest", new { guest });
}
