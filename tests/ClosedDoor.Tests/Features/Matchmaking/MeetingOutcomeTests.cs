using System.Text.Json;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

public class MeetingOutcomeTests
{
    TestHost _host = null!;
    MatchRoom _room = null!;
    string _meeting = null!;
    ApiClient _company = null!;
    ApiClient _guest = null!;

    [SetUp]
    public async Task Meet()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        (
            await _room.Organizer.Put(
                $"/sessions/{_room.SessionId}/matchmaking",
                new
                {
                    slotMinutes = 20,
                    gapMinutes = 5,
                    tables = 4,
                    guarantee = 2,
                    credit = new { amount = 100_000, currency = "CNY" },
                }
            )
        ).Expect(200);
        await _room.Publish(await _room.Draft());
        var first = (await _room.Meetings())[0];
        _meeting = first.GetProperty("id").GetString()!;
        _company = _room
            .Companies.Single(one => one.Company.Id == first.GetProperty("companyId").GetString())
            .Company.Api;
        _guest = _room
            .Guests.Single(one =>
                one.InvitationId == first.GetProperty("guest").GetProperty("invitationId").GetString()
            )
            .Api;
    }

    [TearDown]
    public async Task Close()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    Task<Reply> Say(ApiClient who, bool company, bool guest, string? meeting = null) =>
        who.Post($"/meetings/{meeting ?? _meeting}/attendance", new { company, guest });

    void AfterTheDay() => _host.Time.Advance(_room.Begins + Duration.FromHours(12) - _host.Time.Now);

    [Test]
    public async Task Nobody_says_who_came_before_the_meeting() =>
        (await Say(_company, true, true)).Expect(409, "meeting_not_begun");

    [Test]
    public async Task Both_sides_say_who_came_and_an_organizer_decides_where_they_differ()
    {
        AfterTheDay();

        Assert.That((await Say(_company, true, false)).Expect(200)["status"].GetString(), Is.EqualTo("guest_absent"));
        Assert.That((await Say(_guest, true, true)).Expect(200)["status"].GetString(), Is.EqualTo("disputed"));
        Assert.That((await Say(_room.Organizer, true, true)).Expect(200)["status"].GetString(), Is.EqualTo("held"));
        Assert.That((await Say(_company, false, true)).Expect(200)["status"].GetString(), Is.EqualTo("held"));
    }

    [Test]
    public async Task A_meeting_is_nothing_to_others()
    {
        AfterTheDay();
        var other = _room.Companies.Select(one => one.Company.Api).Single(api => api.Token != _company.Token);
        var stranger = await _host.Given.VettedCompany();

        foreach (
            var who in new[]
            {
                other,
                stranger.Api,
                _room.Guests.Select(one => one.Api).Single(api => api.Token != _guest.Token),
            }
        )
        {
            (await who.Get($"/meetings/{_meeting}")).Expect(404);
            (await Say(who, true, true)).Expect(404);
            (await who.Post($"/meetings/{_meeting}/outcomes", new { stage = "intention" })).Expect(404);
        }
    }

    [TestCase(Permission.None)]
    [TestCase(Permission.Door)]
    [TestCase(Permission.Review | Permission.Finance)]
    public async Task An_organizer_who_runs_no_sessions_reads_of_a_meeting_and_decides_nothing(Permission permissions)
    {
        AfterTheDay();
        (await Say(_company, true, true)).Expect(200);
        var other = await _host.Given.Organizer(permissions);

        (await other.Get($"/meetings/{_meeting}")).Expect(200);
        (await Say(other, true, false)).Expect(403, "forbidden");
        (await other.Post($"/meetings/{_meeting}/outcomes", new { stage = "intention" })).Expect(403, "forbidden");
        (await other.Put($"/meetings/{_meeting}/record", new { notes = "" })).Expect(403, "forbidden");
    }

    [Test]
    public async Task What_came_of_it_counts_once_both_sides_say_so()
    {
        AfterTheDay();
        (await _company.Post($"/meetings/{_meeting}/outcomes", new { stage = "intention" })).Expect(
            409,
            "wrong_meeting_status"
        );
        (await Say(_company, true, true)).Expect(200);
        var record = new
        {
            beganAt = _room.Begins,
            endedAt = _room.Begins + Duration.FromMinutes(20),
            place = "1 号洽谈桌",
            people = new[] { "科室主任", "市场总监" },
            process = "双方介绍情况。",
            notes = "进一步沟通。",
        };
        (await _guest.Put($"/meetings/{_meeting}/record", record)).Expect(200);
        (
            await _company.Post(
                $"/meetings/{_meeting}/outcomes",
                new
                {
                    stage = "intention",
                    model = "research_project",
                    note = "多中心研究",
                }
            )
        ).Expect(200);
        (await _company.Post($"/meetings/{_meeting}/outcomes", new { stage = "intention" })).Expect(
            409,
            "outcome_exists"
        );
        (await _company.Post($"/meetings/{_meeting}/outcomes", new { stage = "purchase" })).Expect(422);

        var before = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/outcomes")).Expect(200);
        (await _room.Organizer.Post($"/meetings/{_meeting}/outcomes/intention/confirm")).Expect(403);
        (await _guest.Post($"/meetings/{_meeting}/outcomes/intention/confirm", ifMatch: "\"1\"")).Expect(412);
        (await _guest.Post($"/meetings/{_meeting}/outcomes/intention/confirm")).Expect(200);
        var after = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/outcomes")).Expect(200);

        Assert.That(before["all.intentions"].GetInt64(), Is.Zero);
        Assert.That(after["all.held"].GetInt64(), Is.EqualTo(1));
        Assert.That(after["all.intentions"].GetInt64(), Is.EqualTo(1));
        Assert.That(after["all.converted"].GetInt64(), Is.EqualTo(1));
        Assert.That(after["all.conversion"].GetDouble(), Is.EqualTo(1));
        Assert.That(before["all.conversion"].GetDouble(), Is.Zero);
        Assert.That(after["byModel"][0].GetProperty("key").GetString(), Is.EqualTo("research_project"));
        Assert.That(after["bySpecialty"][0].GetProperty("name").GetProperty("zh").GetString(), Is.EqualTo("内科"));
        var chart = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/outcomes.svg")).Expect(200);
        Assert.That(System.Xml.Linq.XDocument.Parse(chart.Text).Root!.Name.LocalName, Is.EqualTo("svg"));
        var file = (
            await _room.Organizer.Get($"/sessions/{_room.SessionId}/outcomes/export?format=csv&reason=report")
        ).Expect(200);
        Assert.That(file.Text, Does.Contain("内科").And.Contain("report"));
    }

    [Test]
    public async Task Both_sides_are_asked_after_30_90_and_180_days_and_only_of_what_was_held()
    {
        await _room.Mails();
        AfterTheDay();
        (await Say(_company, true, true)).Expect(200);

        foreach (var days in new[] { 30, 60, 90 })
        {
            _host.Time.Advance(Duration.FromDays(days));
            var asked = (await _room.Mails()).Where(mail => mail.PlainText.Contains("之后的进展")).ToList();
            Assert.That(asked, Has.Count.EqualTo(2), $"after {days} more days");
        }
    }

    [Test]
    public async Task A_company_below_its_guarantee_gets_its_credit_once()
    {
        AfterTheDay();
        (await _room.Organizer.Post($"/sessions/{_room.SessionId}/meeting-credits")).Expect(409, "meetings_undecided");
        foreach (var meeting in await _room.Meetings())
        {
            var id = meeting.GetProperty("id").GetString()!;
            // The first meeting's guest stayed away; in one of the others the company did, which is its own affair.
            (await Say(_room.Organizer, id == _meeting, id != _meeting, id)).Expect(200);
        }

        var credits = (await _room.Organizer.Post($"/sessions/{_room.SessionId}/meeting-credits")).Expect(200);
        var again = (await _room.Organizer.Post($"/sessions/{_room.SessionId}/meeting-credits")).Expect(200);

        Assert.That(credits["items"].GetArrayLength(), Is.EqualTo(1));
        Assert.That(credits["items"][0].GetProperty("missing").GetInt64(), Is.EqualTo(1));
        Assert.That(credits["items"][0].GetProperty("amount").GetProperty("amount").GetInt64(), Is.EqualTo(100_000));
        Assert.That(again.Text, Is.EqualTo(credits.Text));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM refund"), Is.EqualTo(1));
    }

    [Test]
    public async Task One_sides_word_against_the_other_moves_no_money()
    {
        AfterTheDay();
        foreach (var (company, _) in _room.Companies)
        foreach (var meeting in await _room.Meetings())
            if (meeting.GetProperty("companyId").GetString() == company.Id)
                (await Say(company.Api, true, false, meeting.GetProperty("id").GetString())).Expect(200);

        (await _room.Organizer.Post($"/sessions/{_room.SessionId}/meeting-credits")).Expect(409, "meetings_undecided");

        foreach (var (invitation, guest) in _room.Guests)
        foreach (var meeting in await _room.Meetings())
            if (meeting.GetProperty("guest").GetProperty("invitationId").GetString() == invitation)
                (await Say(guest, true, false, meeting.GetProperty("id").GetString())).Expect(200);
        var credits = (await _room.Organizer.Post($"/sessions/{_room.SessionId}/meeting-credits")).Expect(200);
        Assert.That(
            credits["items"].EnumerateArray().Select(one => one.GetProperty("missing").GetInt64()),
            Is.EqualTo(new[] { 2, 2 })
        );
    }

    [Test]
    public async Task A_company_that_would_meet_nobody_is_not_paid_for_having_met_nobody()
    {
        var (refuses, reservation) = _room.Companies[0];
        (
            await refuses.Api.Put(
                $"/reservations/{reservation}/preferences",
                _room.Guests.Select(guest => new { id = guest.InvitationId, wish = "no" })
            )
        ).Expect(200);
        await _room.Publish(await _room.Draft());
        AfterTheDay();
        foreach (var meeting in await _room.Meetings())
            (await Say(_room.Organizer, true, true, meeting.GetProperty("id").GetString())).Expect(200);

        var credits = (await _room.Organizer.Post($"/sessions/{_room.SessionId}/meeting-credits")).Expect(200);

        Assert.That(await _room.Meetings(), Has.Length.EqualTo(2));
        Assert.That(credits["items"].GetArrayLength(), Is.Zero);
    }
}
