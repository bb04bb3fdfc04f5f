using ClosedDoor.Domain;
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>What becomes of published meetings, and what does not, when a new timetable is made.</summary>
public class ChangedMeetingsTests
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
        Assert.That(await new CheckInvariants(_host.Data).Run(_host.Time.Now), Is.Empty);
        await _host.DisposeAsync();
    }

    [Test]
    public async Task A_meeting_whose_slot_is_made_shorter_ends_with_it()
    {
        await Slots(minutes: 30);
        await _room.Publish(await _room.Draft());
        await Slots(minutes: 20);

        await _room.Publish(await _room.Draft());

        Assert.That(
            (await _room.Meetings()).Select(one => one.EndsAt - one.BeginsAt),
            Is.All.EqualTo(Duration.FromMinutes(20))
        );

        async Task Slots(int minutes) =>
            (
                await _room.Organizer.Put(
                    $"/sessions/{_room.SessionId}/matchmaking",
                    new
                    {
                        slotMinutes = minutes,
                        gapMinutes = 5,
                        tables = 4,
                        guarantee = 3,
                    }
                )
            ).Expect(200);
    }

    [Test]
    public async Task Of_a_meeting_that_was_dropped_a_company_learns_no_name_any_more()
    {
        var (invitation, guest) = _room.Guests[0];
        (await guest.Agree(ConsentKind.Naming)).Expect(200);
        await _room.Publish(await _room.Draft());
        var meeting = (await _room.Meetings()).First(one => one.Guest.InvitationId == invitation);
        var company = _room.Companies.Single(one => one.Company.Id == meeting.CompanyId).Company.Api;
        Assert.That((await company.Get($"/meetings/{meeting.Id}"))["guest.name"].GetString(), Is.Not.Empty);

        (await guest.Post("/invitation/decline")).Expect(200);

        var dropped = (await company.Get($"/meetings/{meeting.Id}")).Expect(200);
        Assert.That(dropped["status"].GetString(), Is.EqualTo("dropped"));
        Assert.That(dropped.Json.GetProperty("guest").TryGetProperty("name", out _), Is.False);
        Assert.That(dropped.Json.GetProperty("guest").TryGetProperty("unit", out _), Is.False);
    }

    [Test]
    public async Task A_late_guest_changes_little_and_only_those_whom_it_concerns_are_told()
    {
        await _room.Publish(await _room.Draft());
        await _room.Mails();
        var late = _room.Guests[0].InvitationId;
        var before = await _room.Meetings();
        (await _room.Presence(new { subjectId = late, from = "09:40" })).Expect(200);

        var draft = await _room.Draft();
        var published = await _room.Publish(draft);

        Assert.That(draft["meetings"].GetArrayLength(), Is.EqualTo(9));
        Assert.That(draft["certificate.proved"].GetBoolean(), Is.True);
        Assert.That(draft["changes.kept"].GetInt32(), Is.GreaterThanOrEqualTo(5));
        var after = await _room.Meetings();
        Assert.That(
            after.Where(one => one.Guest.InvitationId == late).Select(one => one.BeginsAt),
            Has.All.GreaterThanOrEqualTo(_room.Begins + Duration.FromMinutes(40))
        );
        var changed = after
            .Where(now => before.All(was => !Place(was).Equals(Place(now))))
            .SelectMany(one => new[] { one.CompanyId, one.Guest.InvitationId })
            .Distinct()
            .Count();
        Assert.That(await _room.Mails(), Has.Count.EqualTo(changed));
        Assert.That(published["basedOn"].GetString(), Is.Not.Null);
        Assert.That(
            after.Select(one => one.Id),
            Is.EquivalentTo(before.Select(one => one.Id)),
            "a meeting that moves stays the same meeting"
        );

        static object Place(MeetingView one) => (one.CompanyId, one.Guest.InvitationId, one.BeginsAt, one.Table);
    }

    [Test]
    public async Task Frozen_and_begun_meetings_stay_where_they_are()
    {
        await _room.Publish(await _room.Draft());
        var meeting = (await _room.Meetings())[0];
        var guest = meeting.Guest.InvitationId;
        (await _room.Organizer.Post($"/meetings/{meeting.Id}/freeze")).Expect(200);
        (await _room.Presence(new { subjectId = guest, absent = true })).Expect(200);

        var draft = await _room.Draft();

        var kept = draft["meetings"]
            .EnumerateArray()
            .Single(one => one.GetProperty("invitationId").GetString() == guest);
        Assert.That(
            draft["slots"][kept.GetProperty("slot").GetInt32()].GetProperty("begins").GetString(),
            Is.EqualTo(meeting.BeginsAt.ToString())
        );
        Assert.That(kept.GetProperty("table").GetInt64(), Is.EqualTo(meeting.Table));
    }

    [Test]
    public async Task Another_venue_leaves_the_meetings_where_they_are()
    {
        await _room.Publish(await _room.Draft());
        var before = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/meetings"))["meetings"].GetRawText();

        (await _room.Organizer.Patch($"/sessions/{_room.SessionId}", new { venue = "新会场地址" })).Expect(200);

        var after = (await _room.Organizer.Get($"/sessions/{_room.SessionId}/meetings"))["meetings"].GetRawText();
        Assert.That(after, Is.EqualTo(before));
    }

    [Test]
    public async Task What_was_held_stays_held_when_its_guest_is_forgotten_and_the_day_goes_on()
    {
        await _room.Publish(await _room.Draft());
        var held = (await _room.Meetings())[0];
        var (id, invitation) = (held.Id, held.Guest.InvitationId);
        _host.Time.Advance(held.BeginsAt + Duration.FromMinutes(10) - _host.Time.Now);
        (await _room.Organizer.Post($"/meetings/{id}/attendance", new { company = true, guest = true })).Expect(200);
        var guest = await _host.Query<string>(
            "SELECT guest_id FROM invitation WHERE id = @invitation",
            new { invitation }
        );
        (await _room.Organizer.Post($"/guests/{guest}/forget")).Expect(200);

        var begun = (await _room.Meetings()).Count(one => one.BeginsAt <= _host.Time.Now);
        await _room.Publish(await _room.Draft());

        var kept = (await _room.Organizer.Get($"/meetings/{id}")).Expect(200);
        Assert.That(kept["status"].GetString(), Is.EqualTo("held"));
        Assert.That(kept["beginsAt"].GetString(), Is.EqualTo(held.BeginsAt.ToString()));
        Assert.That(
            (await _room.Meetings()).Count(one => one.BeginsAt <= _host.Time.Now),
            Is.EqualTo(begun),
            "who came to what has begun can still be said"
        );
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM preference WHERE invitation_id = @invitation",
                new { invitation }
            ),
            Is.Zero
        );
    }

    [Test]
    public async Task The_day_is_not_laid_out_anew_under_meetings_that_stand()
    {
        object Layout(int minutes, int tables) =>
            new
            {
                slotMinutes = minutes,
                gapMinutes = 5,
                breaks = new[] { new { from = "12:00", to = "13:30" } },
                tables,
                guarantee = 3,
            };
        await _room.Publish(await _room.Draft());
        (await _room.Organizer.Put($"/sessions/{_room.SessionId}/matchmaking", Layout(30, 8))).Expect(200);
        (await _room.Organizer.Put($"/sessions/{_room.SessionId}/matchmaking", Layout(20, 8))).Expect(200);
        var last = (await _room.Meetings()).MaxBy(one => one.Table)!;
        (await _room.Organizer.Post($"/meetings/{last.Id}/freeze")).Expect(200);

        (await _room.Organizer.Put($"/sessions/{_room.SessionId}/matchmaking", Layout(30, 8))).Expect(
            409,
            "meetings_stand"
        );
        (await _room.Organizer.Put($"/sessions/{_room.SessionId}/matchmaking", Layout(20, 1))).Expect(
            409,
            "meetings_stand"
        );
    }

    [Test]
    public async Task Somebody_who_stays_out_of_automatic_matching_may_be_placed_by_hand_and_stays_placed()
    {
        var draft = await _room.Draft();
        await _room.Guests[0].Api.Put("/invitation/match-profile", new { automatic = false });
        (await _room.Organizer.Post($"/timetables/{draft.Id}/review")).Expect(200);
        (await _room.Organizer.Post($"/timetables/{draft.Id}/publish")).Expect(422, "timetable_rules_broken");
        (await _room.Organizer.Put($"/timetables/{draft.Id}/meetings", draft["meetings"])).Expect(
            422,
            "timetable_rules_broken"
        );

        draft = await _room.Draft();
        Assert.That(draft["meetings"].GetArrayLength(), Is.EqualTo(6));
        var meetings = draft["meetings"].EnumerateArray().Select(one => (object)one).ToList();
        meetings.Add(
            new
            {
                companyId = _room.Companies[0].Company.Id,
                invitationId = _room.Guests[0].InvitationId,
                slot = 14,
                table = 3,
            }
        );
        var edited = (await _room.Organizer.Put($"/timetables/{draft.Id}/meetings", meetings)).Expect(200);
        await _room.Publish(edited);
        var again = await _room.Draft();

        Assert.That(await _room.Meetings(), Has.Count.EqualTo(7));
        Assert.That(
            again["meetings"].EnumerateArray().Count(one => one.GetProperty("byHand").GetBoolean()),
            Is.EqualTo(1)
        );
        Assert.That(again["changes.dropped"].GetArrayLength(), Is.Zero);
    }
}
