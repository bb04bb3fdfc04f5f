using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>A guest who says only after the timetable is published not to wish to meet a company.</summary>
public class UnwantedMeetingTests
{
    TestHost _host = null!;
    MatchRoom _room = null!;
    TestCompany _company = null!;
    string _seat = null!;
    string _invitation = null!;

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        (_company, _seat) = _room.Companies[0];
        _invitation = _room.Guests[0].InvitationId;
    }

    [TearDown]
    public async Task Close()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    async Task Says(params (string CompanyId, string Wish)[] wishes) =>
        (
            await _room
                .Guests[0]
                .Api.Put("/invitation/preferences", wishes.Select(one => new { id = one.CompanyId, wish = one.Wish }))
        ).Expect(200);

    /// <summary>What the organizers are told, one of them for all; each of them once, and nobody else.</summary>
    async Task<ReceivedMail?> Told()
    {
        var mails = await _room.Mails();
        var told = await _host.Data.Read(read => OrganizersWith.Addresses(read, Permission.Organize));
        Assert.That(mails, Has.Count.EqualTo(mails.Count == 0 ? 0 : told.Count));
        foreach (var address in mails.Count == 0 ? [] : told)
            Assert.That(mails.Select(mail => mail.Headers["To"]), Has.One.Contains(address));
        return mails.FirstOrDefault();
    }

    async Task<MeetingView?> Between() =>
        (await _room.Meetings()).SingleOrDefault(one =>
            one.CompanyId == _company.Id && one.Guest.InvitationId == _invitation
        );

    [TestCase("veto", "recuse")]
    [TestCase("recuse", "veto")]
    public async Task The_organizers_are_told_once_and_the_company_never(string first, string second)
    {
        await _room.HavePublished();
        await _host.Given.Organizer(Permission.Door);
        var meeting = (await Between())!;
        var before = (await _company.Api.Get($"/reservations/{_seat}/agenda")).Expect(200).Text;

        await Says((_company.Id, first));

        var mail = (await Told())!;
        mail.AssertSays(
            "嘉宾表示不愿与企业进行以下洽谈。该洽谈目前照旧",
            "the guest has said not to wish the meeting below. It still stands"
        );
        Assert.That(mail.PlainText, Does.Contain(_company.Name).And.Contain(meeting.Guest.Name));
        Assert.That((await Between())!.Id, Is.EqualTo(meeting.Id));
        Assert.That((await _company.Api.Get($"/reservations/{_seat}/agenda")).Expect(200).Text, Is.EqualTo(before));

        // The same again is no news; of two companies, only the one that is new is.
        await Says((_company.Id, second), (_room.Companies[1].Company.Id, "want"));
        Assert.That(await Told(), Is.Null);
        await Says((_company.Id, second), (_room.Companies[1].Company.Id, first));
        Assert.That(
            (await Told())!.PlainText,
            Does.Contain(_room.Companies[1].Company.Name).And.Not.Contain(_company.Name)
        );
    }

    [Test]
    public async Task The_next_timetable_leaves_it_out_without_a_word_of_why()
    {
        await _room.HavePublished();
        await Says((_company.Id, "veto"));
        await _room.Mails();

        await _room.Publish(await _room.Draft());

        Assert.That(await Between(), Is.Null);
        var mails = await _room.Mails();
        Assert.That(mails, Is.Not.Empty);
        foreach (var mail in mails)
            Assert.That(mail.PlainText, Does.Not.Contain("不愿").And.Not.Contain("not to wish"));
    }

    [Test]
    public async Task A_meeting_that_is_frozen_stays_until_it_is_let_go()
    {
        await _room.HavePublished();
        var meeting = (await Between())!;
        await Says((_company.Id, "veto"));
        (await _room.Organizer.Post($"/meetings/{meeting.Id}/freeze")).Expect(200);

        await _room.Publish(await _room.Draft());
        Assert.That((await Between())!.Id, Is.EqualTo(meeting.Id));

        (await _room.Organizer.Post($"/meetings/{meeting.Id}/unfreeze")).Expect(200);
        await _room.Publish(await _room.Draft());
        Assert.That(await Between(), Is.Null);
    }

    [Test]
    public async Task Taken_back_it_is_not_told_and_said_anew_it_is()
    {
        await _room.HavePublished();

        await Says((_company.Id, "veto"));
        await Says();
        Assert.That(await Told(), Is.Null);

        await Says((_company.Id, "veto"));
        Assert.That(await Told(), Is.Not.Null);
    }

    [Test]
    public async Task What_the_timetable_went_by_or_has_begun_is_not_told()
    {
        var other = _room.Companies[1].Company;
        await Says((_company.Id, "veto"));
        await _room.HavePublished();
        Assert.That(await Between(), Is.Null);
        await Says((_company.Id, "veto"), (other.Id, "neutral"));
        Assert.That(await Told(), Is.Null);

        var meeting = (await _room.Meetings()).Single(one =>
            one.CompanyId == other.Id && one.Guest.InvitationId == _invitation
        );
        _host.Time.Advance(meeting.BeginsAt - _host.Time.Now);
        await Says((_company.Id, "veto"), (other.Id, "veto"));
        Assert.That((await _room.Mails()).Where(mail => mail.PlainText.Contains("不愿")), Is.Empty);
    }
}
