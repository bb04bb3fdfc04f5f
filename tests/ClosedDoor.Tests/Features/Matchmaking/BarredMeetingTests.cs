using System.Text.Json;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Http;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>A conflict of interest that is declared of somebody whom one is to meet already.</summary>
public class BarredMeetingTests
{
    TestHost _host = null!;
    MatchRoom _room = null!;
    TestCompany _company = null!;
    string _seat = null!;
    string _invitation = null!;
    ApiClient _guest = null!;

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        (_company, _seat) = _room.Companies[0];
        (_invitation, _guest) = _room.Guests[0];
        await _room.HavePublished();
    }

    [TearDown]
    public async Task Close()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    Task<Reply> ByGuest(params string[] kinds) =>
        _guest.Put("/invitation/conflicts", new[] { new { companyId = _company.Id, kinds } });

    Task<Reply> ByCompany(params string[] kinds) =>
        _company.Api.Put($"/reservations/{_seat}/conflicts", new[] { new { invitationId = _invitation, kinds } });

    async Task<MeetingsView> Listed() =>
        (await _room.Organizer.Get($"/sessions/{_room.SessionId}/meetings"))
            .Expect(200)
            .Json.Deserialize<MeetingsView>(Json.Options)!;

    async Task<MeetingView> Between() =>
        (await Listed()).Meetings.Single(one => one.CompanyId == _company.Id && one.Guest.InvitationId == _invitation);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Takes_the_meeting_off_and_tells_everybody_what_they_may_know(bool byGuest)
    {
        var meeting = await Between();
        (await _room.Organizer.Post($"/meetings/{meeting.Id}/freeze")).Expect(200);

        (byGuest ? await ByGuest("equity", "family") : await ByCompany("equity")).Expect(200);

        var listed = await Listed();
        Assert.That(listed.Meetings, Has.Count.EqualTo(3));
        Assert.That(listed.Barred!.Single().Id, Is.EqualTo(meeting.Id));
        Assert.That(listed.Barred!.Single().Guest.Name, Is.Not.Empty);
        var mails = await _room.Mails();
        var toOrganizers = mails.Where(mail => mail.PlainText.Contains("利益冲突")).ToList();
        Assert.That(toOrganizers.Select(mail => mail.Headers["To"]), Is.Unique.And.Not.Empty);
        toOrganizers[0]
            .AssertSays(
                "其中一方申报了利益冲突，以下洽谈已取消",
                "One of the two has declared a conflict of interest, so the meeting below is off."
            );
        Assert.That(toOrganizers[0].PlainText, Does.Contain(_company.Name).And.Contain(meeting.Guest.Name));
        var others = mails.Except(toOrganizers).ToList();
        Assert.That(others, Has.Count.EqualTo(2), "the company and the guest");
        Assert.That(others.SelectMany(mail => mail.Calendars), Has.Exactly(2).Contains("METHOD:CANCEL"));
        var agenda = (await _company.Api.Get($"/reservations/{_seat}/agenda")).Expect(200);
        Assert.That(agenda["meetings"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(agenda.Text, Does.Not.Contain("barred"), "why is the organizers' to know");
        Assert.That(await _host.Data.Read(read => CheckInvariants.Look(read, _host.Time.Now)), Is.Empty);

        // Said once more it does nothing, and the next timetable does without the two.
        (byGuest ? await ByGuest("equity") : await ByCompany("family")).Expect(200);
        Assert.That(await _room.Mails(), Is.Empty);
        await _room.Publish(await _room.Draft());
        Assert.That((await Listed()).Meetings, Has.Count.EqualTo(3));
        Assert.That((await Listed()).Barred, Has.Count.EqualTo(1));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Several_that_are_declared_at_once_are_told_in_one_mail(bool byGuest)
    {
        var declaring = byGuest
            ? _guest.Put(
                "/invitation/conflicts",
                _room.Companies.Select(one => new { companyId = one.Company.Id, kinds = new[] { "equity" } })
            )
            : _company.Api.Put(
                $"/reservations/{_seat}/conflicts",
                _room.Guests.Select(one => new { invitationId = one.InvitationId, kinds = new[] { "equity" } })
            );
        (await declaring).Expect(200);

        Assert.That((await Listed()).Barred, Has.Count.EqualTo(2));
        var mails = (await _room.Mails()).Where(mail => !mail.PlainText.Contains("利益冲突")).ToList();
        Assert.That(mails.Select(mail => mail.Headers["To"]).ToList(), Is.Unique.And.Count.EqualTo(3));
    }

    [Test]
    public async Task Says_nothing_where_none_is_declared()
    {
        (await ByCompany()).Expect(200);
        (await ByGuest()).Expect(200);

        Assert.That((await Listed()).Meetings, Has.Count.EqualTo(4));
        Assert.That((await Listed()).Barred, Is.Empty);
        Assert.That(await _room.Mails(), Is.Empty);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Said_and_taken_back_in_one_breath_it_leaves_the_meeting(bool byGuest)
    {
        string[][] said =
        [
            ["equity"],
            [],
        ];
        var declaring = byGuest
            ? _guest.Put("/invitation/conflicts", said.Select(kinds => new { companyId = _company.Id, kinds }))
            : _company.Api.Put(
                $"/reservations/{_seat}/conflicts",
                said.Select(kinds => new { invitationId = _invitation, kinds })
            );
        (await declaring).Expect(200);

        Assert.That((await Listed()).Meetings, Has.Count.EqualTo(4));
        Assert.That(await _room.Mails(), Is.Empty);
    }

    [Test]
    public async Task Taken_back_the_two_may_be_put_together_again()
    {
        (await ByGuest("paid_advice")).Expect(200);
        (await ByGuest()).Expect(200);

        Assert.That((await Listed()).Barred, Is.Empty);
        Assert.That(
            (await _room.Mails()).Where(mail => mail.PlainText.Contains("利益冲突")),
            Is.Empty,
            "the organizers are told of what holds when the mail is sent"
        );
        Assert.That((await Listed()).Meetings, Has.Count.EqualTo(3));
        await _room.Publish(await _room.Draft());
        Assert.That((await Listed()).Meetings, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task Leaves_what_has_begun()
    {
        var meeting = await Between();
        _host.Time.Advance(meeting.BeginsAt - _host.Time.Now);

        (await ByGuest("joint_project")).Expect(200);

        Assert.That((await Between()).Id, Is.EqualTo(meeting.Id));
        Assert.That((await Listed()).Barred, Is.Empty);
    }

    [Test]
    public async Task Holds_in_every_session_in_which_the_two_were_to_meet()
    {
        var elsewhere = await TheSameTwoElsewhere();

        (await ByGuest("past_procurement")).Expect(200);

        Assert.That(await elsewhere.Meetings(), Is.Empty);
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Declared_in_two_sessions_at_once_holds_in_both()
    {
        var elsewhere = await TheSameTwoElsewhere();

        // Each holds its own session's row, and wants the other's.
        var replies = await Task.WhenAll(
            ByGuest("family"),
            elsewhere
                .Guests[0]
                .Api.Put("/invitation/conflicts", new[] { new { companyId = _company.Id, kinds = new[] { "equity" } } })
        );

        Assert.That(replies.Select(reply => reply.Status), Is.All.EqualTo(200));
        Assert.That(await elsewhere.Meetings(), Is.Empty);
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(3));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_declaration_that_waits_for_one_session_does_not_hold_another_meanwhile(bool byGuest)
    {
        var elsewhere = await TheSameTwoElsewhere();
        Task<Reply>? declaring = null;

        var theirsIsFree = await _host.Data.Write(
            "test",
            async tx =>
            {
                await SessionTable.Lock(tx, _room.SessionId);
                declaring ??= Declare();
                if (TestDatabase.IsPostgres) // SQLite's writer does one after the other.
                    await SomebodyWaits(declaring);
                return await tx.Find<string>(
                    $"SELECT id FROM session WHERE id = @SessionId {tx.ForUpdateSkipLocked}",
                    new { elsewhere.SessionId }
                )
                    is not null;
            }
        );

        Assert.That(theirsIsFree);
        (await declaring!).Expect(200);
        Assert.That(await elsewhere.Meetings(), Is.Empty);
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(3));

        Task<Reply> Declare() =>
            byGuest
                ? elsewhere
                    .Guests[0]
                    .Api.Put(
                        "/invitation/conflicts",
                        new[] { new { companyId = _company.Id, kinds = new[] { "family" } } }
                    )
                : _company.Api.Put(
                    $"/reservations/{elsewhere.Companies[0].ReservationId}/conflicts",
                    new[] { new { invitationId = elsewhere.Guests[0].InvitationId, kinds = new[] { "family" } } }
                );
    }

    /// <summary>Returns once PostgreSQL has somebody of this database wait for a lock.</summary>
    async Task SomebodyWaits(Task declaring)
    {
        const string Waiting = """
            SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """;
        while (await _host.Query<long>(Waiting) == 0)
        {
            Assert.That(declaring.IsCompleted, Is.False, "it needs the row that is held");
            await Task.Delay(10);
        }
    }

    /// <summary>Another session with our guest and our company, who are to meet there too.</summary>
    async Task<MatchRoom> TheSameTwoElsewhere()
    {
        var elsewhere = await MatchRoom.Open(_host, companies: 1, guests: 1);
        await elsewhere.Publish(await elsewhere.Draft());
        // The other session's guest is taken for ours, and its company as well.
        await _host.Tamper(
            "UPDATE invitation SET guest_id = (SELECT guest_id FROM invitation WHERE id = @ours) WHERE id = @theirs",
            new { ours = _invitation, theirs = elsewhere.Guests[0].InvitationId }
        );
        foreach (var table in new[] { "reservation", "meeting" })
            await _host.Tamper(
                $"UPDATE {table} SET company_id = @Id WHERE session_id = @SessionId",
                new { _company.Id, elsewhere.SessionId }
            );
        return elsewhere;
    }

    [Test]
    public async Task Whoever_is_first_of_a_declaration_and_a_publication_no_meeting_is_left()
    {
        (await _room.Presence(new { subjectId = _invitation, from = "11:00" })).Expect(200);
        var draft = await _room.Draft();
        (await _room.Organizer.Post($"/timetables/{draft.Id}/review")).Expect(200);

        var replies = await Task.WhenAll(ByGuest("family"), _room.Organizer.Post($"/timetables/{draft.Id}/publish"));

        replies[0].Expect(200);
        Assert.That(replies[1].Status, Is.AnyOf(200, 409, 422));
        Assert.That(
            (await _room.Meetings()).Where(one => one.CompanyId == _company.Id).Select(one => one.Guest.InvitationId),
            Has.None.EqualTo(_invitation)
        );
        (await ByGuest()).Expect(200);
    }
}
