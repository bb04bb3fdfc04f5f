using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>What companies get back for promised meetings that they did not have.</summary>
public class MeetingCreditTests
{
    TestHost _host = null!;
    MatchRoom _room = null!;
    TestCompany _company = null!;
    string _reservation = null!;

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        await _room.Promise(guarantee: 2, credit: 100_000);
        (_company, _reservation) = _room.Companies[0];
    }

    [TearDown]
    public async Task Close()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    async Task Refuse(params IEnumerable<string> guests) =>
        (
            await _company.Api.Put(
                $"/reservations/{_reservation}/preferences",
                guests.Select(id => new { id, wish = "no" })
            )
        ).Expect(200);

    async Task Declare(string invitationId, params string[] kinds) =>
        (
            await _company.Api.Put($"/reservations/{_reservation}/conflicts", new[] { new { invitationId, kinds } })
        ).Expect(200);

    async Task TakePart(bool automatic) =>
        (await _company.Api.Put($"/reservations/{_reservation}/match-profile", new { automatic })).Expect(200);

    async Task Publish() => await _room.Publish(await _room.Draft());

    /// <summary>Missing meetings for which a company was credited; 0 without a credit.</summary>
    async Task<long> Credited() =>
        (await _room.Credits())
            .Expect(200)["items"]
            .EnumerateArray()
            .Where(one => one.GetProperty("companyId").GetString() == _company.Id)
            .Sum(one => one.GetProperty("missing").GetInt64());

    [Test]
    public async Task A_company_below_its_guarantee_gets_its_credit_once()
    {
        await Publish();
        _host.Time.Advance(_room.Begins + Duration.FromHours(1) - _host.Time.Now);
        (await _room.Credits()).Expect(409, "day_not_over");
        _room.AfterTheDay();
        (await _room.Credits()).Expect(409, "meetings_undecided");
        var stoodUp = (await _room.Meetings())[0].Id;
        // The first meeting's guest stayed away; in the others the company did, which is its own affair.
        await _room.Attendance(meeting => (meeting.Id == stoodUp, meeting.Id != stoodUp));

        var credits = (await _room.Credits()).Expect(200);
        var again = (await _room.Credits()).Expect(200);

        Assert.That(credits["items"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(credits["items"][0].GetProperty("missing").GetInt64(), Is.EqualTo(1));
        Assert.That(credits["items"][0].GetProperty("amount").GetProperty("amount").GetInt64(), Is.EqualTo(100_000));
        Assert.That(again.Text, Is.EqualTo(credits.Text));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM refund"), Is.EqualTo(1));
    }

    [TestCase("09:20", 0)]
    [TestCase("09:45", 1)]
    public async Task A_company_that_leaves_early_is_not_paid_for_what_it_could_not_have_had(string until, int credited)
    {
        await Publish();
        // It met one guest, and for the other there was time only in the second case.
        await _room.Organizer.Post($"/sessions/{_room.SessionId}/presence", new { subjectId = _company.Id, until });
        _room.AfterTheDay();
        var first = (await _room.Meetings()).First(meeting => meeting.CompanyId == _company.Id).Id;
        await _room.Attendance(meeting => (true, meeting.Id == first || meeting.CompanyId != _company.Id));

        Assert.That(await Credited(), Is.EqualTo(credited));
    }

    [Test]
    public async Task One_sides_word_against_the_other_moves_no_money()
    {
        await Publish();
        _room.AfterTheDay();
        var (meetings, guestAway) = (await _room.Meetings(), new { company = true, guest = false });
        foreach (var (company, _) in _room.Companies)
        foreach (var meeting in meetings.Where(one => one.CompanyId == company.Id))
            (await company.Api.Post($"/meetings/{meeting.Id}/attendance", guestAway)).Expect(200);

        (await _room.Credits()).Expect(409, "meetings_undecided");

        foreach (var (invitation, guest) in _room.Guests)
        foreach (var meeting in meetings.Where(one => one.Guest.InvitationId == invitation))
            (await guest.Post($"/meetings/{meeting.Id}/attendance", guestAway)).Expect(200);
        var credits = (await _room.Credits()).Expect(200);
        Assert.That(
            credits["items"].EnumerateArray().Select(one => one.GetProperty("missing").GetInt64()),
            Is.EqualTo(new[] { 2, 2 })
        );
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_company_that_would_meet_nobody_is_not_paid_for_it_though_it_takes_that_back(bool takesBack)
    {
        await Refuse(_room.Guests.Select(guest => guest.InvitationId));
        await Publish();
        if (takesBack)
            await Refuse();
        _room.AfterTheDay();
        await _room.Attendance();

        Assert.That(await _room.Meetings(), Has.Count.EqualTo(2));
        Assert.That(await Credited(), Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_conflict_that_the_company_itself_declares_is_not_paid_for(bool published)
    {
        if (published)
            await Publish();
        foreach (var (invitation, _) in _room.Guests)
            await Declare(invitation, "equity");
        if (!published)
            await Publish();
        _room.AfterTheDay();
        await _room.Attendance();

        Assert.That(await _room.Meetings(), Has.Count.EqualTo(2));
        Assert.That(await Credited(), Is.Zero);
    }

    [Test]
    public async Task A_conflict_that_a_guest_declares_is_no_fault_of_the_company()
    {
        await Publish();
        var declared = new[] { new { companyId = _company.Id, kinds = new[] { "family" } } };
        (await _room.Guests[0].Api.Put("/invitation/conflicts", declared)).Expect(200);
        _room.AfterTheDay();
        await _room.Attendance();

        Assert.That(await Credited(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_a_draft_went_by_counts_though_it_was_taken_back_before_the_publication()
    {
        await Refuse(_room.Guests[0].InvitationId);
        var draft = await _room.Draft();
        await Refuse();
        await _room.Publish(draft);
        _room.AfterTheDay();
        await _room.Attendance();

        Assert.That(await Credited(), Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Who_stayed_out_of_the_matching_is_not_paid_for_it_though_it_comes_back(bool comesBack)
    {
        await TakePart(false);
        await Publish();
        if (comesBack)
            await TakePart(true);
        _room.AfterTheDay();
        await _room.Attendance();

        Assert.That(await Credited(), Is.Zero);
    }

    [Test]
    public async Task Who_takes_a_no_back_in_time_is_owed_the_meeting_that_the_next_timetable_promises()
    {
        await Refuse(_room.Guests[0].InvitationId);
        await Publish();
        await Refuse();
        await Publish();
        _room.AfterTheDay();
        await _room.Attendance(meeting => (true, meeting.Guest.InvitationId != _room.Guests[0].InvitationId));

        Assert.That(await _room.Meetings(), Has.Count.EqualTo(4));
        Assert.That(await Credited(), Is.EqualTo(1));
    }

    [Test]
    public async Task That_a_guest_is_erased_after_the_day_makes_no_meeting_missing()
    {
        await Refuse(_room.Guests[0].InvitationId);
        await Publish();
        _room.AfterTheDay();
        await _room.Attendance();

        (await _room.Guests[0].Api.Delete("/invitation/data")).Expect(204);

        Assert.That(await Credited(), Is.Zero);
    }

    [Test]
    public async Task A_veto_of_a_guest_shows_in_no_credit_of_who_refuses_the_guest_too()
    {
        (
            await _room.Guests[0].Api.Put("/invitation/preferences", new[] { new { id = _company.Id, wish = "veto" } })
        ).Expect(200);
        await Refuse(_room.Guests[0].InvitationId);
        await Publish();
        _room.AfterTheDay();
        await _room.Attendance();

        Assert.That(await Credited(), Is.Zero);
    }
}
