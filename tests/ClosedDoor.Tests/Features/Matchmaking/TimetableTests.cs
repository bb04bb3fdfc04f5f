using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

public class TimetableTests
{
    TestHost _host = null!;
    MatchRoom _room = null!;

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _room = await MatchRoom.Open(_host, companies: 3, guests: 3);
    }

    [TearDown]
    public async Task Close()
    {
        await Races.Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Everybody_meets_everybody_and_the_certificate_says_that_nothing_is_better()
    {
        var draft = await _room.Draft();

        Assert.That(draft["status"].GetString(), Is.EqualTo("draft"));
        Assert.That(draft["meetings"].GetArrayLength(), Is.EqualTo(9));
        Assert.That(draft["certificate.proved"].GetBoolean(), Is.True);
        Assert.That(draft["certificate.gap"].GetDouble(), Is.Zero);
        Assert.That(draft["certificate.shortfall.value"].GetInt64(), Is.Zero);
        Assert.That(draft["certificate.jain"].GetDouble(), Is.EqualTo(1));
        Assert.That(draft["certificate.end"].GetString(), Is.EqualTo("finished"));
        Assert.That(await _room.Meetings(), Is.Empty, "a draft is nobody's appointment yet");
        Assert.That((await _room.Draft())["meetings"].GetRawText(), Is.EqualTo(draft["meetings"].GetRawText()));
    }

    [Test]
    public async Task A_timetable_is_published_only_after_somebody_has_looked_it_through()
    {
        var draft = await _room.Draft();

        (await _room.Organizer.Post($"/timetables/{draft.Id}/publish")).Expect(409, "wrong_timetable_status");
        await _room.Publish(draft);

        Assert.That(await _room.Meetings(), Has.Count.EqualTo(9));
        (await _room.Organizer.Post($"/timetables/{draft.Id}/publish")).Expect(409, "wrong_timetable_status");
        (await _room.Organizer.Post($"/timetables/{draft.Id}/discard")).Expect(409, "wrong_timetable_status");
    }

    [Test]
    public async Task Each_gets_the_own_agenda_by_mail_and_sees_it()
    {
        await _room.Mails();
        await _room.Publish(await _room.Draft());

        var mails = await _room.Mails();

        Assert.That(mails, Has.Count.EqualTo(6));
        Assert.That(mails.Select(mail => mail.PlainText), Has.All.Contains("号桌"));
        var (company, reservation) = _room.Companies[0];
        var agenda = (await company.Api.Get($"/reservations/{reservation}/agenda")).Expect(200);
        Assert.That(agenda["meetings"].GetArrayLength(), Is.EqualTo(3));
        Assert.That(agenda.Text, Does.Not.Contain("示例嘉宾"), "nobody has agreed to be named");
        Assert.That(
            (await _room.Companies[1].Company.Api.Get($"/reservations/{reservation}/agenda")).Status,
            Is.EqualTo(404)
        );
        var own = (await _room.Guests[0].Api.Get("/invitation/agenda")).Expect(200);
        Assert.That(
            own["meetings"].EnumerateArray().Select(one => one.GetProperty("companyName").GetString()),
            Is.EquivalentTo(_room.Companies.Select(one => one.Company.Name))
        );
        var calendar = (await company.Api.Get($"/reservations/{reservation}/agenda.ics")).Expect(200);
        Assert.That(calendar.Text.Split("BEGIN:VEVENT"), Has.Length.EqualTo(4));
        Assert.That(
            (await _room.Guests[0].Api.Get("/invitation/agenda.html")).Expect(200).Text,
            Does.Contain(company.Name)
        );
    }

    [Test]
    public async Task Edits_by_hand_are_refused_with_each_rule_that_they_break()
    {
        var draft = await _room.Draft();
        var meeting = draft["meetings"][0];
        object Copy(int slot, int table) =>
            new
            {
                companyId = meeting.GetProperty("companyId").GetString(),
                invitationId = meeting.GetProperty("invitationId").GetString(),
                slot,
                table,
            };

        var refused = (
            await _room.Organizer.Put($"/timetables/{draft.Id}/meetings", new[] { Copy(0, 1), Copy(0, 1), Copy(99, 1) })
        ).Expect(422, "timetable_rules_broken");

        Assert.That(
            refused["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(new[] { "[1]", "[2]" }).Or.EquivalentTo(new[] { "[0]", "[2]" })
        );
        var edited = (await _room.Organizer.Put($"/timetables/{draft.Id}/meetings", new[] { Copy(3, 2) })).Expect(200);
        Assert.That(edited["edited"].GetBoolean(), Is.True);
        Assert.That(edited["certificate.proved"].GetBoolean(), Is.False, "one meeting is not the best that could be");
        Assert.That(edited["certificate.gap"].GetDouble(), Is.GreaterThan(0));
        Assert.That(edited["meetings"].GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task An_edit_that_leaves_a_frozen_meeting_out_is_told_which()
    {
        await _room.Publish(await _room.Draft());
        var meeting = (await _room.Meetings())[0];
        (await _room.Organizer.Post($"/meetings/{meeting.Id}/freeze")).Expect(200);
        var draft = await _room.Draft();

        var refused = (await _room.Organizer.Put($"/timetables/{draft.Id}/meetings", Array.Empty<object>())).Expect(
            422,
            "timetable_rules_broken"
        );

        var errors = refused["errors"].EnumerateObject().ToList();
        Assert.That(errors.Select(error => error.Name), Is.EqualTo([""]));
        Assert.That(
            errors[0].Value[0].GetString(),
            Does.Contain(meeting.CompanyName).And.Contain(meeting.Guest.Name).And.Contain("号桌")
        );
    }

    [Test]
    public async Task The_page_of_all_meetings_says_who_printed_it_when_and_why_and_so_does_the_log()
    {
        await _room.Publish(await _room.Draft());

        var page = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/meetings.html")).Expect(200);

        Assert.That(page.Text, Does.Contain("打印：acc_").And.Contain("用途："));
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'meetings.printed'"),
            Is.EqualTo(1)
        );
        var (company, reservation) = _room.Companies[0];
        var own = (await company.Api.Get($"/reservations/{reservation}/agenda.html")).Expect(200);
        Assert.That(own.Text, Does.Not.Contain("打印："), "one's own day is nobody's list");
    }

    [Test]
    public async Task Of_two_drafts_of_one_timetable_one_is_published()
    {
        var drafts = new[] { await _room.Draft(), await _room.Draft(new { seed = 2 }) };
        foreach (var draft in drafts)
            (await _room.Organizer.Post($"/timetables/{draft.Id}/review")).Expect(200);

        var answers = await Task.WhenAll(
            drafts.Select(draft => _room.Organizer.Post($"/timetables/{draft.Id}/publish"))
        );

        Assert.That(answers.Select(answer => answer.Status), Is.EquivalentTo([200, 409]));
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(9));
    }

    [Test]
    public async Task A_session_with_nobody_to_match_makes_no_timetable()
    {
        var empty = await _host.Given.PublishedSession();

        (await _room.Organizer.Post($"/sessions/{empty}/timetables")).Expect(409, "nobody_to_match");
    }

    [Test]
    public async Task A_day_of_more_slots_than_a_timetable_can_have_is_refused_and_not_cut_short()
    {
        Task<Reply> Lay(int gap) =>
            _room.Organizer.Put(
                $"/sessions/{_room.SessionId}/matchmaking",
                new
                {
                    slotMinutes = 5,
                    gapMinutes = gap,
                    tables = 4,
                    guarantee = 1,
                }
            );

        Assert.That((await Lay(2)).Expect(422, "invalid_fields")["errors.slotMinutes"].GetArrayLength(), Is.EqualTo(1));
        Assert.That((await Lay(3)).Expect(200)["slots"].GetArrayLength(), Is.EqualTo(60));
    }

    [Test]
    public async Task The_day_is_laid_out_by_the_organizer()
    {
        var plan = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/matchmaking")).Expect(200);
        Assert.That(plan["slots"].GetArrayLength(), Is.EqualTo(15));
        Assert.That(plan["officialsMeet"].GetBoolean(), Is.False);

        var set = (
            await _room.Organizer.Put(
                $"/sessions/{_room.SessionId}/matchmaking",
                new
                {
                    slotMinutes = 30,
                    gapMinutes = 10,
                    breaks = Array.Empty<object>(),
                    tables = 2,
                    guarantee = 2,
                    credit = new { amount = 50_000, currency = "CNY" },
                }
            )
        ).Expect(200);

        Assert.That(set["slots"].GetArrayLength(), Is.EqualTo(12));
        Assert.That(set["version"].GetInt64(), Is.EqualTo(1));
        Assert.That((
                await _room.Organizer.Put(
                    $"/sessions/{_room.SessionId}/matchmaking",
                    new
                    {
                        slotMinutes = 3,
                        gapMinutes = 0,
                        tables = 0,
                        guarantee = 1,
                    }
                )
            ).Expect(422)["errors"].EnumerateObject().Select(error => error.Name), Is.EquivalentTo(["slotMinutes", "tables"]));
    }
}
