using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>What mails and calendars are told when seats and days change after the publication.</summary>
public class MeetingNewsTests : MeetingMailbox
{
    [Test]
    public async Task A_day_without_meetings_is_a_calendar_all_the_same()
    {
        var (company, reservation) = _room.Companies[0];

        var file = (await company.Api.Get($"/reservations/{reservation}/agenda.ics")).Expect(200);

        // RFC 5545, 3.6: one component at least.
        Assert.That(file.Text, Does.Contain("BEGIN:VTIMEZONE").And.Not.Contain("BEGIN:VEVENT"));
        var read = (await IcsJudge.Read([file.Text])).Single();
        Assert.That(read.GetProperty("events").GetArrayLength(), Is.Zero);
    }

    [TestCase("Asia/Shanghai", "北京时间", "Beijing time")]
    [TestCase("Asia/Urumqi", "Asia/Urumqi", "Asia/Urumqi")]
    public async Task Hours_are_those_of_the_sessions_zone_which_stands_beside_them(string zone, string zh, string en)
    {
        await _host.Tamper("UPDATE session SET time_zone = @zone", new { zone });
        await _room.Mails();
        await _room.Publish(await _room.Draft());

        var mails = (await Later()).Select(mail => mail.PlainText).ToList();

        // The day's begin stands above them by Beijing's clock.
        Assert.That(mails, Has.Count.EqualTo(6).And.All.Match(@"\d（北京时间）"));
        Assert.That(mails, Has.All.Match($@"\d\d:\d\d–\d\d:\d\d（{zh}）").And.All.Match($@"–\d\d:\d\d \({en}\)"));
        var (_, reservation) = _room.Companies[0];
        var page = await _room.Organizer.Get($"/reservations/{reservation}/agenda.html");
        Assert.That(page.Expect(200).Text, Does.Contain($"<th>时间（{zh}）</th>"));
    }

    [Test]
    public async Task Calendars_follow_every_change_by_request_and_cancellation()
    {
        var calendar = new Dictionary<(string, string), Entry>();
        await _room.Mails();
        await _room.Publish(await _room.Draft());
        var first = await Entries(await Later());
        Assert.That(first.Select(entry => entry.Method).Distinct(), Is.EqualTo(["PUBLISH"]));
        Follow(calendar, first);

        (await _room.Presence(new { subjectId = _room.Guests[0].InvitationId, from = "11:00" })).Expect(200);
        await _room.Publish(await _room.Draft());
        var moved = await Entries(await Later());
        Assert.That(moved.Select(entry => entry.Method).Distinct(), Is.EqualTo(["REQUEST"]));
        Follow(calendar, moved);

        (await _room.Presence(new { subjectId = _room.Guests[1].InvitationId, absent = true })).Expect(200);
        await _room.Publish(await _room.Draft());
        var dropped = await Entries(await _room.Mails());
        Assert.That(dropped.Where(entry => entry.Method == "CANCEL").ToList(), Has.Count.EqualTo(6));
        Assert.That(
            dropped.Where(entry => entry.Method == "CANCEL").Select(entry => entry.Status).Distinct(),
            Is.EqualTo(["CANCELLED"])
        );
        Follow(calendar, dropped);

        var meetings = await _room.Meetings();
        Assert.That(
            calendar
                .Values.Where(entry => entry.Status == "CONFIRMED")
                .Select(entry => entry.Uid.Split('@')[0])
                .Order(),
            Is.EqualTo(meetings.SelectMany(one => new[] { one.Id, one.Id }).Order()),
            "both people of each meeting have it in their calendars, and nothing else"
        );
        foreach (var one in meetings)
            Assert.That(
                calendar
                    .Values.Where(entry => entry.Uid.StartsWith(one.Id))
                    .Select(entry => Instant.FromDateTimeOffset(DateTimeOffset.Parse(entry.Begins)))
                    .Distinct(),
                Is.EqualTo([one.BeginsAt])
            );
    }

    [Test]
    public async Task A_company_that_gives_its_seat_up_leaves_everybodys_calendar_at_once()
    {
        await _room.HavePublished();
        var (company, reservation) = _room.Companies[0];

        (await company.Api.Cancel(reservation)).Expect(200);
        var mails = (await _room.Mails()).Where(mail => mail.Calendars.Count > 0).ToList();

        var entries = await Entries(mails);
        Assert.That(entries.Select(entry => entry.Method).Distinct(), Is.EqualTo(["CANCEL"]));
        Assert.That(entries, Has.Count.EqualTo(6), "three guests, and the company three times");
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(6));
        Assert.That(
            (await _room.Guests[0].Api.Get("/invitation/agenda")).Expect(200)["meetings"].GetArrayLength(),
            Is.EqualTo(2)
        );
        Assert.That(
            (await company.Api.Get($"/reservations/{reservation}/agenda")).Expect(200)["meetings"].GetArrayLength(),
            Is.Zero
        );
        // The next timetable does without it, and tells nobody of it a second time.
        await _room.Publish(await _room.Draft());
        Assert.That((await _room.Mails()).SelectMany(mail => mail.Calendars), Has.None.Contains("CANCEL"));
    }

    [Test]
    public async Task A_session_that_moves_takes_its_timetable_back()
    {
        var draft = await _room.Draft();
        await _room.Publish(draft);
        var late = await _room.Draft();
        await Later();

        (await _room.Organizer.Patch($"/sessions/{_room.SessionId}", new { date = "2026-04-27" })).Expect(200);

        var entries = await Entries((await _room.Mails()).Where(mail => mail.PlainText.Contains("洽谈日程")));
        Assert.That(entries.Select(entry => entry.Method).Distinct(), Is.EqualTo(["CANCEL"]));
        Assert.That(entries, Has.Count.EqualTo(18));
        Assert.That(await _room.Meetings(), Is.Empty);
        Assert.That(
            (await _room.Organizer.Get($"/timetables/{draft.Id}"))["status"].GetString(),
            Is.EqualTo("superseded")
        );
        (await _room.Organizer.Post($"/timetables/{late.Id}/review")).Expect(200);
        (await _room.Organizer.Post($"/timetables/{late.Id}/publish")).Expect(409, "timetable_outdated");

        // By the new day they are asked what has come of it, and by it alone.
        await _room.HavePublished();
        var day = Instant.FromUtc(2026, 4, 27, 10, 0);
        _host.Time.Advance(day - _host.Time.Now);
        await _room.Attendance();
        var asked = 0;
        for (var days = 0; days < 220; days += 10)
        {
            _host.Time.Advance(Duration.FromDays(10));
            asked += (await _room.Mails()).Count(mail => mail.PlainText.Contains("之后的进展"));
        }
        Assert.That(asked, Is.EqualTo(3 * 6));
    }

    [Test]
    public async Task A_session_that_is_off_calls_every_meeting_off_once_and_publishes_no_more()
    {
        await _room.Publish(await _room.Draft());
        var draft = await _room.Draft();
        (await _room.Organizer.Post($"/timetables/{draft.Id}/review")).Expect(200);
        await Later();

        (await _room.Organizer.Post($"/sessions/{_room.SessionId}/cancel")).Expect(200);

        var told = (await _room.Mails()).Where(mail => mail.PlainText.Contains("洽谈日程")).ToList();
        Assert.That(told.Select(mail => mail.Headers["To"]), Is.Unique);
        var entries = await Entries(told);
        Assert.That(entries.Select(entry => entry.Method).Distinct(), Is.EqualTo(["CANCEL"]));
        Assert.That(entries, Has.Count.EqualTo(18));
        (await _room.Organizer.Post($"/timetables/{draft.Id}/publish")).Expect(409, "wrong_session_status");
    }
}
