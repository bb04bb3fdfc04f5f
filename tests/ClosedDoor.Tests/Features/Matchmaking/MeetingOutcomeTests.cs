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
        await _room.Publish(await _room.Draft());
        var first = (await _room.Meetings())[0];
        _meeting = first.Id;
        _company = _room.Companies.Single(one => one.Company.Id == first.CompanyId).Company.Api;
        _guest = _room.Guests.Single(one => one.InvitationId == first.Guest.InvitationId).Api;
    }

    [TearDown]
    public async Task Close()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    Task<Reply> Say(ApiClient who, bool company, bool guest) =>
        who.Post($"/meetings/{_meeting}/attendance", new { company, guest });

    Task<Reply> Propose(ApiClient who, string model = "research_project") =>
        who.Post($"/meetings/{_meeting}/outcomes", new { stage = "intention", model });

    Task<Reply> Withdraw(ApiClient who, string stage = "intention") =>
        who.Post($"/meetings/{_meeting}/outcomes/{stage}/withdraw");

    Task<Reply> Confirm(ApiClient who, string? ifMatch = null) =>
        who.Post($"/meetings/{_meeting}/outcomes/intention/confirm", ifMatch: ifMatch);

    [Test]
    public async Task Nobody_says_who_came_before_the_meeting() =>
        (await Say(_company, true, true)).Expect(409, "meeting_not_begun");

    [Test]
    public async Task Both_sides_say_who_came_and_an_organizer_decides_where_they_differ()
    {
        _room.AfterTheDay();

        Assert.That((await Say(_company, true, false)).Expect(200)["status"].GetString(), Is.EqualTo("guest_absent"));
        Assert.That((await Say(_guest, true, true)).Expect(200)["status"].GetString(), Is.EqualTo("disputed"));
        Assert.That((await Say(_room.Organizer, true, true)).Expect(200)["status"].GetString(), Is.EqualTo("held"));
        Assert.That((await Say(_company, false, true)).Expect(200)["status"].GetString(), Is.EqualTo("held"));
    }

    [Test]
    public async Task Each_side_sees_its_own_word_on_who_came_and_never_the_others()
    {
        _room.AfterTheDay();
        async Task<string> Said(ApiClient who) =>
            (await who.Get($"/meetings/{_meeting}")).Expect(200)["said"].ToString();

        (await Say(_company, true, false)).Expect(200);

        // What the company said moved the meeting on; the guest's page goes by this, and asks all the same.
        Assert.That(await Said(_company), Is.EqualTo("""{"company":true,"guest":false}"""));
        Assert.That((await Said(_guest), await Said(_room.Organizer)), Is.EqualTo(("", "")));
        var agenda = (await _guest.Get("/invitation/agenda")).Expect(200)["meetings"];
        var shown = agenda.EnumerateArray().Single(one => one.GetProperty("id").GetString() == _meeting);
        Assert.That(shown.GetProperty("said").ValueKind, Is.EqualTo(JsonValueKind.Null));

        (await Say(_guest, false, true)).Expect(200);
        Assert.That(await Said(_guest), Is.EqualTo("""{"company":false,"guest":true}"""));
        Assert.That(await Said(_company), Is.EqualTo("""{"company":true,"guest":false}"""));
        Assert.That(
            (await _host.Client.GetStringAsync(new Uri("/pages/invitation.js", UriKind.Relative))),
            Does.Contain("began && !meeting.said")
        );
    }

    [Test]
    public async Task A_meeting_is_nothing_to_others()
    {
        _room.AfterTheDay();
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
        _room.AfterTheDay();
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
        _room.AfterTheDay();
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
        var unknown = (await _company.Post($"/meetings/{_meeting}/outcomes", new { stage = "purchase" })).Expect(422);
        Assert.That(unknown["errors"].GetProperty("stage").GetArrayLength(), Is.EqualTo(1), "not required besides");

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
        _room.AfterTheDay();
        (await Say(_company, true, true)).Expect(200);

        foreach (var days in new[] { 30, 60, 90 })
        {
            _host.Time.Advance(Duration.FromDays(days));
            var asked = (await _room.Mails()).Where(mail => mail.PlainText.Contains("之后的进展")).ToList();
            Assert.That(asked, Has.Count.EqualTo(2), $"after {days} more days");
        }
    }

    [Test]
    public async Task A_day_that_is_laid_out_anew_and_then_as_before_is_asked_about_once()
    {
        foreach (var minutes in new[] { 20, 30, 20 })
        {
            (
                await _room.Organizer.Put(
                    $"/sessions/{_room.SessionId}/matchmaking",
                    new
                    {
                        slotMinutes = minutes,
                        gapMinutes = 5,
                        tables = 4,
                        guarantee = 2,
                    }
                )
            ).Expect(200);
            await _room.Publish(await _room.Draft());
            await _room.Mails();
        }
        _room.AfterTheDay();
        await _room.Attendance();
        await _room.Mails();

        _host.Time.Advance(Duration.FromDays(30));
        var asked = (await _room.Mails()).Where(mail => mail.PlainText.Contains("之后的进展")).ToList();

        Assert.That(asked.Select(mail => mail.Headers["To"]), Is.Unique);
        Assert.That(asked, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task What_was_proposed_by_mistake_is_taken_back_by_its_side_and_said_anew()
    {
        _room.AfterTheDay();
        (await Say(_company, true, true)).Expect(200);
        (await Withdraw(_company)).Expect(404);
        (await Propose(_company, "plain_sale")).Expect(200);

        (await Withdraw(_guest)).Expect(403);
        (await Withdraw(_room.Organizer)).Expect(403);
        (await Withdraw(_company, "purchase")).Expect(404);
        var read = (await _guest.Get($"/meetings/{_meeting}")).Expect(200);
        var withdrawn = (await Withdraw(_company)).Expect(200);
        (await Propose(_company)).Expect(200);

        Assert.That(withdrawn["outcomes"].GetArrayLength(), Is.Zero);
        (await Confirm(_guest, read.ETag)).Expect(412, "stale_version");
        var confirmed = (await Confirm(_guest, (await _guest.Get($"/meetings/{_meeting}")).ETag)).Expect(200);
        Assert.That(confirmed["outcomes"][0].GetProperty("model").GetString(), Is.EqualTo("research_project"));
        (await Withdraw(_company)).Expect(409, "outcome_confirmed");
    }

    [Test]
    public async Task Nothing_counts_of_a_meeting_that_was_not_held_after_all()
    {
        _room.AfterTheDay();
        (await Say(_company, true, true)).Expect(200);
        (await Propose(_company)).Expect(200);
        (await Confirm(_guest)).Expect(200);
        var other = (await _room.Meetings()).First(one => one.Id != _meeting).Id;
        var came = new { company = true, guest = true };
        (await _room.Organizer.Post($"/meetings/{other}/attendance", came)).Expect(200);

        (await Say(_room.Organizer, true, false)).Expect(200);

        var report = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/outcomes")).Expect(200);
        Assert.That(report["all.held"].GetInt64(), Is.EqualTo(1));
        Assert.That(report["all.intentions"].GetInt64(), Is.Zero);
        Assert.That(report["all.conversion"].GetDouble(), Is.Zero);
    }

    [Test]
    public async Task Nobody_says_yes_to_what_came_of_a_meeting_that_was_not_held_after_all()
    {
        _room.AfterTheDay();
        (await Say(_company, true, true)).Expect(200);
        (await Propose(_company)).Expect(200);
        (await Say(_room.Organizer, true, false)).Expect(200);

        (await Confirm(_guest)).Expect(409, "wrong_meeting_status");

        (await Say(_room.Organizer, true, true)).Expect(200);
        var held = (await Confirm(_guest)).Expect(200);
        Assert.That(held["outcomes"][0].GetProperty("confirmed").GetBoolean(), Is.True);
    }

    [Test]
    public async Task What_the_organizer_proposed_is_its_own_until_somebody_says_yes()
    {
        _room.AfterTheDay();
        (await Say(_company, true, true)).Expect(200);
        (await Propose(_room.Organizer)).Expect(200);
        (await Withdraw(_company)).Expect(403);
        (await Withdraw(_room.Organizer)).Expect(200);
        (await Propose(_room.Organizer)).Expect(200);
        (await Confirm(_guest)).Expect(200);

        (await Withdraw(_room.Organizer)).Expect(409, "outcome_confirmed");
    }
}
