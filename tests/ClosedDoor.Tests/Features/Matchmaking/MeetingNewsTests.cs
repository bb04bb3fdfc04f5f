using System.Text.Json;
using ClosedDoor.Features.Guests;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Platform.Calendars;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>What mails and calendars are told when people, seats and days change after the publication.</summary>
public class MeetingNewsTests
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

    sealed record Entry(string To, string Method, string Uid, long Sequence, string Begins, string Status);

    /// <summary>What ical.js reads in the calendar files of the mails, and what RFC 5546 asks of each by its method.</summary>
    static async Task<List<Entry>> Entries(IEnumerable<ReceivedMail> mails)
    {
        var entries = new List<Entry>();
        foreach (var mail in mails)
        foreach (var read in await IcsJudge.Read(mail.Calendars))
        {
            var method = read.GetProperty("method").GetString()!;
            var events = read.GetProperty("events").EnumerateArray().ToList();
            if (method != "PUBLISH")
                Assert.That(events, Has.Count.EqualTo(1), "a request or cancellation speaks of one appointment");
            foreach (var one in events)
            {
                Assert.That(one.GetProperty("organizer").ValueKind, Is.EqualTo(JsonValueKind.Object));
                Assert.That(
                    one.GetProperty("attendees").EnumerateArray().Select(at => at.GetProperty("address").GetString()),
                    Is.EqualTo(method == "PUBLISH" ? [] : new[] { $"mailto:{mail.Headers["To"]}" })
                );
                entries.Add(
                    new(
                        mail.Headers["To"],
                        method,
                        one.GetProperty("uid").GetString()!,
                        one.GetProperty("sequence").GetInt64(),
                        one.GetProperty("begins").GetString()!,
                        one.GetProperty("status").GetString()!
                    )
                );
            }
        }
        return entries;
    }

    /// <summary>A calendar program's side of it: by UID, the highest SEQUENCE counts, and never goes down.</summary>
    static void Follow(Dictionary<(string, string), Entry> calendar, IEnumerable<Entry> entries)
    {
        foreach (var entry in entries)
        {
            if (calendar.TryGetValue((entry.To, entry.Uid), out var known))
            {
                Assert.That(entry.Sequence, Is.GreaterThanOrEqualTo(known.Sequence));
                if (known.Begins != entry.Begins || known.Status != entry.Status)
                    Assert.That(entry.Sequence, Is.GreaterThan(known.Sequence), "what moves people has a new number");
            }
            calendar[(entry.To, entry.Uid)] = entry;
        }
    }

    /// <summary>A while after, with the mails up to then sent.</summary>
    async Task<List<ReceivedMail>> Later()
    {
        var mails = await _room.Mails();
        _host.Time.Advance(Duration.FromMinutes(5));
        return mails;
    }

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
    public async Task A_guest_who_declines_after_all_is_told_too()
    {
        await _room.HavePublished();

        (await _room.Guests[0].Api.Post("/invitation/decline")).Expect(200);
        var entries = await Entries((await _room.Mails()).Where(mail => mail.Calendars.Count > 0));

        Assert.That(entries.Select(entry => entry.Method).Distinct(), Is.EqualTo(["CANCEL"]));
        Assert.That(entries.Select(entry => entry.To).Distinct().Count(), Is.EqualTo(4));
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_guest_who_erases_everything_has_the_meetings_taken_out_of_the_calendar_first()
    {
        await _room.HavePublished();
        var guest = _room.Guests[0].Api;
        var (name, email) = await NameAndEmail(guest);

        (await guest.Delete("/invitation/data")).Expect(204);
        var mails = await _room.Mails();

        var own = mails.Single(mail => mail.Headers["To"].Contains(email));
        Assert.That(own.PlainText, Does.Contain(name));
        Assert.That((await Entries([own])).Select(entry => entry.Method), Is.EqualTo(["CANCEL", "CANCEL", "CANCEL"]));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE body LIKE '%' || @email || '%'", new { email }),
            Is.Zero
        );
        Assert.That(await _room.Meetings(), Has.Count.EqualTo(6));
    }

    [Test]
    public async Task A_guest_who_declines_and_erases_everything_before_the_mail_is_out_still_has_the_meetings_taken_out()
    {
        await _room.HavePublished();
        var guest = _room.Guests[0].Api;
        var (_, email) = await NameAndEmail(guest);

        (await guest.Post("/invitation/decline")).Expect(200);
        (await guest.Delete("/invitation/data")).Expect(204);
        var own = (await _room.Mails()).Single(mail => mail.Headers["To"].Contains(email));

        Assert.That(own.Calendars, Has.Count.EqualTo(3).And.All.Contains("METHOD:CANCEL"));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_meeting_that_was_off_before_its_guest_left_is_taken_out_too_where_the_mail_still_waited(
        bool erases
    )
    {
        await _room.HavePublished();
        _host.Time.Advance(Duration.FromMinutes(5));
        var guest = _room.Guests[0].Api;
        var (_, email) = await NameAndEmail(guest);

        (await _room.Companies[0].Company.Api.Cancel(_room.Companies[0].ReservationId)).Expect(200);
        _host.Time.Advance(Duration.FromMinutes(5)); // While the mail server is away.
        if (erases)
            (await guest.Delete("/invitation/data")).Expect(204);
        else
            (await guest.Post("/invitation/decline")).Expect(200);
        var mails = (await _room.Mails()).Where(mail => mail.Calendars.Count > 0).ToList();

        var own = mails.Single(mail => mail.Headers["To"].Contains(email));
        Assert.That(own.Calendars, Has.Count.EqualTo(3).And.All.Contains("METHOD:CANCEL"));
        // The companies that go on are told of what they have lost, and of nothing that was off before.
        var companies = mails.Where(mail => mail.PlainText.Contains("/reservations/")).ToList();
        Assert.That(companies.Select(mail => mail.Calendars.Count).Order(), Is.EqualTo([1, 1, 3]));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
    }

    [Test]
    public async Task An_erased_guest_whose_session_was_called_off_before_has_the_meetings_taken_out_all_the_same()
    {
        await _room.HavePublished();
        _host.Time.Advance(Duration.FromMinutes(5));
        var guest = _room.Guests[0].Api;
        var (_, email) = await NameAndEmail(guest);

        (await _room.Organizer.Post($"/sessions/{_room.SessionId}/cancel")).Expect(200);
        (await guest.Delete("/invitation/data")).Expect(204);

        var own = (await _room.Mails()).Where(mail => mail.Headers["To"].Contains(email)).ToList();
        Assert.That(
            own.SelectMany(mail => mail.Calendars).ToList(),
            Has.Count.EqualTo(3).And.All.Contains("METHOD:CANCEL")
        );
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero, "the address went with it");
    }

    [Test]
    public async Task A_guest_who_erases_everything_on_the_day_is_in_no_meeting_that_is_still_to_come()
    {
        await _room.HavePublished();
        var first = (await _room.Meetings())[0];
        var (invitation, guest) = _room.Guests.Single(one => one.InvitationId == first.Guest.InvitationId);
        var (_, email) = await NameAndEmail(guest);
        _host.Time.Advance(first.BeginsAt + Duration.FromMinutes(1) - _host.Time.Now);

        (await guest.Delete("/invitation/data")).Expect(204);

        var entries = await Entries((await _room.Mails()).Where(mail => mail.Calendars.Count > 0));
        Assert.That(entries.Select(entry => entry.Method).Distinct(), Is.EqualTo(["CANCEL"]));
        Assert.That(entries.Count(entry => entry.To.Contains(email)), Is.EqualTo(2));
        Assert.That(entries, Has.Count.EqualTo(4), "and each of the two companies");
        Assert.That(Own(await _room.Meetings()).Select(one => one.Id), Is.EqualTo([first.Id]));
        await _room.Publish(await _room.Draft());
        Assert.That(Own(await _room.Meetings()).Select(one => one.Id), Is.EqualTo([first.Id]));

        List<MeetingView> Own(IEnumerable<MeetingView> meetings) =>
            [.. meetings.Where(one => one.Guest.InvitationId == invitation)];
    }

    [Test]
    public async Task An_erased_guests_address_that_no_mail_reaches_goes_after_a_week()
    {
        await _room.HavePublished();
        (await _room.Guests[0].Api.Delete("/invitation/data")).Expect(204);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.EqualTo(1));

        var forget = new ForgetOldGuests(_host.Data, _host.Get<Settings>(), _host.Get<KnownTokens>());
        await forget.RunOnce(_host.Time.Now + Duration.FromDays(8));

        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM agenda_end"), Is.Zero);
    }

    static async Task<(string Name, string Email)> NameAndEmail(ApiClient guest)
    {
        var data = (await guest.Get("/invitation/data")).Expect(200);
        return (data["name"].GetString()!, data["email"].GetString()!);
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
