using ClosedDoor.Features.Quorum;
using ClosedDoor.Platform;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Features.Invitations;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Quorum;

public class QuorumTests : SessionDesk
{
    Task<Reply> Quorum() => _organizer.Get($"/sessions/{_session}/quorum");

    async Task<string> Accepted(string guest)
    {
        var invitation = await _organizer.Invite(_session, guest);
        (await _organizer.Post($"/invitations/{invitation}/accept")).Expect(200);
        return invitation;
    }

    [Test]
    public async Task A_session_goes_by_the_settings_until_something_else_is_set()
    {
        var usual = (await Quorum()).Expect(200);
        Assert.That(usual["needs.hospitalsLeast"].GetInt64(), Is.EqualTo(6));
        Assert.That(usual["needs.hospitalsMost"].GetInt64(), Is.EqualTo(8));
        Assert.That(usual["needs.expertsLeast"].GetInt64(), Is.EqualTo(4));
        Assert.That(usual["needs.expertsMost"].GetInt64(), Is.EqualTo(5));
        Assert.That(usual["needs.companiesLeast"].GetInt64(), Is.EqualTo(8));

        var set = (
            await _organizer.Patch($"/sessions/{_session}/quorum", new { hospitalsLeast = 2 }, ifMatch: usual.ETag)
        ).Expect(200);
        Assert.That(set["needs.hospitalsLeast"].GetInt64(), Is.EqualTo(2));
        Assert.That(set["needs.expertsMost"].GetInt64(), Is.EqualTo(5));
        (
            await _organizer.Patch($"/sessions/{_session}/quorum", new { hospitalsLeast = 3 }, ifMatch: usual.ETag)
        ).Expect(412);
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { hospitalsLeast = 9, hospitalsMost = 8 })).Expect(
            422,
            "invalid_fields"
        );
    }

    [Test]
    public async Task Over_the_maximum_nobody_is_invited_and_a_substitute_can_be_named()
    {
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { expertsLeast = 1, expertsMost = 1 })).Expect(200);
        await _organizer.Invite(_session, await _organizer.Official());
        var expert = await _organizer.Expert();

        (await _organizer.Post($"/sessions/{_session}/invitations", new { guestIds = new[] { expert } })).Expect(
            409,
            "guest_list_full"
        );
        await _organizer.Substitute(_session, expert);
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { expertsLeast = 0, expertsMost = 0 })).Expect(
            409,
            "guest_list_full"
        );
    }

    [Test]
    public async Task Two_directors_of_one_hospital_count_once()
    {
        var hospital = (await _organizer.Hospital()).Id;
        await Accepted(await _organizer.Director(hospitalId: hospital));
        await Accepted(await _organizer.Director(hospitalId: hospital));

        Assert.That((await Quorum())["has.hospitals"].GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_guest_who_changes_hospital_takes_no_place_that_the_session_does_not_have()
    {
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { hospitalsLeast = 1, hospitalsMost = 1 })).Expect(
            200
        );
        var hospital = (await _organizer.Hospital()).Id;
        string[] colleagues =
        [
            await _organizer.Director(hospitalId: hospital),
            await _organizer.Director(hospitalId: hospital),
        ];
        foreach (var guest in colleagues)
            await Accepted(guest);
        var other = new { hospitalId = (await _organizer.Hospital()).Id };

        (await _organizer.Patch($"/guests/{colleagues[1]}", other)).Expect(409, "guest_list_full");
        Assert.That((await Quorum())["has.hospitals"].GetInt64(), Is.EqualTo(1));
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { hospitalsMost = 2 })).Expect(200);
        (await _organizer.Patch($"/guests/{colleagues[1]}", other)).Expect(200);
        Assert.That((await Quorum())["has.hospitals"].GetInt64(), Is.EqualTo(2));
    }

    [Test]
    public async Task An_official_counts_once_the_units_approval_is_on_file()
    {
        var invitation = await Accepted(await _organizer.Official());
        Assert.That((await Quorum())["has.experts"].GetInt64(), Is.Zero);
        Assert.That((await Quorum())["uncounted"].GetInt64(), Is.EqualTo(1));
        Assert.That(
            (await _organizer.Get($"/invitations/{invitation}"))["missing.zh"].GetString(),
            Does.Contain("批准文件")
        );

        (await _organizer.FileApproval(invitation)).Expect(200);

        Assert.That((await Quorum())["has.experts"].GetInt64(), Is.EqualTo(1));
        var file = (await _organizer.Get($"/invitations/{invitation}/approval")).Expect(200);
        Assert.That(file.Text, Does.StartWith("%PDF-"));
        (await _organizer.FileApproval(invitation, "<html>"u8.ToArray())).Expect(415, "file_type_refused");
    }

    [Test]
    public async Task Confirming_is_refused_with_what_is_missing_and_works_once_nothing_is()
    {
        (
            await _organizer.Patch(
                $"/sessions/{_session}/quorum",
                new
                {
                    hospitalsLeast = 1,
                    expertsLeast = 1,
                    companiesLeast = 0,
                }
            )
        ).Expect(200);
        await Accepted(await _organizer.Expert());

        var refused = (await _organizer.Post($"/sessions/{_session}/confirm", language: "en")).Expect(
            409,
            "quorum_missing"
        );
        Assert.That(refused["detail"].GetString(), Is.EqualTo("hospitals: 0 of at least 1."));
        Assert.That(
            (await _host.Anonymous.Get($"/sessions/{_session}"))["confirmedAt"].ValueKind,
            Is.EqualTo(System.Text.Json.JsonValueKind.Null)
        );

        await Accepted(await _organizer.Director());
        (await _organizer.Post($"/sessions/{_session}/confirm")).Expect(200);
        var session = await _host.Anonymous.Get($"/sessions/{_session}");
        Assert.That(session["confirmedAt"].GetString(), Is.Not.Null);
        Assert.That(session["status"].GetString(), Is.EqualTo("published"));
        Assert.That(session["guests.hospitalDirectors"].GetInt64(), Is.EqualTo(1));
        Assert.That(session["guests.experts"].GetInt64(), Is.EqualTo(1));
        (await _organizer.Post($"/sessions/{_session}/confirm")).Expect(409, "wrong_session_status");
    }

    [Test]
    public async Task Organizers_are_warned_once_at_the_deadline()
    {
        var warn = new WarnOfQuorum(_host.Data, _host.Get<Settings>());
        Assert.That(await warn.RunOnce(_host.Time.Now), Is.Zero);

        _host.Time.Advance(Duration.FromDays(14));
        Assert.That(await warn.RunOnce(_host.Time.Now), Is.EqualTo(1));
        Assert.That(await warn.RunOnce(_host.Time.Now), Is.Zero);
        var mails = await _host.DeliverMails();
        Assert.That(mails, Is.Not.Empty);
        mails[0].AssertSays("三甲医院：已确认 0，至少 6", "hospitals: 0 of at least 6");
    }

    [Test]
    public async Task The_deadline_goes_with_the_session_and_is_warned_of_anew()
    {
        var warn = new WarnOfQuorum(_host.Data, _host.Get<Settings>());
        var set = (await _organizer.Patch($"/sessions/{_session}/quorum", new { hospitalsLeast = 2 })).Expect(200);
        var deadline = set["deadlineAt"].GetDateTimeOffset();
        var day = ClosedDoor.Domain.Zones.Today(_host.Time.Now).PlusWeeks(4);

        (await _organizer.Patch($"/sessions/{_session}", new { date = day.PlusDays(-20) })).Expect(200);
        Assert.That((await Quorum())["deadlineAt"].GetDateTimeOffset(), Is.EqualTo(deadline.AddDays(-20)));
        Assert.That(await warn.RunOnce(_host.Time.Now), Is.EqualTo(1));
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { hospitalsLeast = 1 })).Expect(200);

        (await _organizer.Patch($"/sessions/{_session}", new { date = day })).Expect(200);
        var back = await Quorum();
        Assert.That(back["deadlineAt"].GetDateTimeOffset(), Is.EqualTo(deadline));
        Assert.That(back["warnedAt"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(await warn.RunOnce(_host.Time.Now), Is.Zero);
        Assert.That(await warn.RunOnce(_host.Time.Now + Duration.FromDays(14)), Is.EqualTo(1));

        var later = _host.Time.Now + Duration.FromDays(21);
        (await _organizer.Patch($"/sessions/{_session}/quorum", new { deadlineAt = later })).Expect(200);
        Assert.That(await warn.RunOnce(later), Is.EqualTo(1), "a later deadline has a warning of its own");
    }

    [Test]
    public async Task Organizers_are_warned_too_when_somebody_drops_out_of_a_session_that_was_confirmed()
    {
        (
            await _organizer.Patch(
                $"/sessions/{_session}/quorum",
                new
                {
                    hospitalsLeast = 1,
                    expertsLeast = 0,
                    companiesLeast = 0,
                }
            )
        ).Expect(200);
        var invitation = await Accepted(await _organizer.Director());
        (await _organizer.Post($"/sessions/{_session}/confirm")).Expect(200);
        (await _organizer.Post($"/invitations/{invitation}/decline")).Expect(200);

        var warn = new WarnOfQuorum(_host.Data, _host.Get<Settings>());
        Assert.That(await warn.RunOnce(_host.Time.Now), Is.Zero, "there is time left");
        _host.Time.Advance(Duration.FromDays(14));
        Assert.That(await warn.RunOnce(_host.Time.Now), Is.EqualTo(1));
        Assert.That(
            (await _host.DeliverMails()).Select(mail => mail.PlainText),
            Has.Some.Contains("三甲医院：已确认 0，至少 1")
        );
    }

    [Test]
    public async Task Nobody_is_warned_when_nothing_is_missing()
    {
        (
            await _organizer.Patch(
                $"/sessions/{_session}/quorum",
                new
                {
                    hospitalsLeast = 0,
                    expertsLeast = 0,
                    companiesLeast = 0,
                    deadlineAt = _host.Time.Now,
                }
            )
        ).Expect(200);

        Assert.That(await new WarnOfQuorum(_host.Data, _host.Get<Settings>()).RunOnce(_host.Time.Now), Is.Zero);
    }
}
