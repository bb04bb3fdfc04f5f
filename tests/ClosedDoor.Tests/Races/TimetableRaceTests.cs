using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Tests.Features.Matchmaking;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// Two who publish, one who publishes while another edits or a seat goes, many who draft. The controls do the
/// same without the session's lock and the schema's indexes: they must break what the tests find whole.
/// </summary>
/// <remarks>
/// A veto beside a publication has no control, because it has no wrong order: it reads nothing that a publication writes, so
/// that it always comes wholly before or wholly after.
/// </remarks>
public class TimetableRaceTests
{
    const int Rounds = 6;

    TestHost _host = null!;

    [SetUp]
    public async Task Start() => _host = await TestHost.Create();

    [TearDown]
    public async Task Stop()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }

    static async Task<Reply> Reviewed(MatchRoom room, object? request = null)
    {
        var draft = await room.Draft(request);
        return (await room.Organizer.Post($"/timetables/{draft.Id}/review")).Expect(200);
    }

    /// <summary>Meetings of a pair beyond its one, and of a company without a seat.</summary>
    Task<long> Wrong(string sessionId) =>
        _host.Query<long>(
            """
            SELECT COUNT(*) FROM meeting WHERE session_id = @sessionId AND status <> 'dropped' AND (
                company_id NOT IN (SELECT company_id FROM reservation
                    WHERE session_id = @sessionId AND status IN ('confirmed', 'attended'))
                OR EXISTS (SELECT 1 FROM meeting AS other WHERE other.session_id = meeting.session_id AND other.id < meeting.id
                    AND other.company_id = meeting.company_id AND other.invitation_id = meeting.invitation_id
                    AND other.status <> 'dropped'))
            """,
            new { sessionId }
        );

    async Task<int> Planned(string timetableId) =>
        TimetablePlan
            .FromStored(
                await _host.Query<string>("SELECT plan FROM timetable WHERE id = @timetableId", new { timetableId })
            )
            .Meetings.Count;

    [Test]
    public async Task Published_many_times_at_once_it_is_published_once()
    {
        var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        var draft = await Reviewed(room);
        await room.Mails();

        var replies = await Race.Run(6, _ => room.Organizer.Post($"/timetables/{draft.Id}/publish"));

        Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
        Assert.That(replies.Count(reply => reply.Code == "wrong_timetable_status"), Is.EqualTo(5));
        Assert.That(await room.Meetings(), Has.Count.EqualTo(4));
        Assert.That(await Wrong(room.SessionId), Is.Zero);
        Assert.That(await room.Mails(), Has.Count.EqualTo(4), "each is told once");
    }

    [Test]
    public async Task Control_published_twice_without_lock_and_indexes_pairs_meet_twice()
    {
        var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        var draft = await Reviewed(room);
        foreach (var index in new[] { "pair", "company_time", "guest_time", "table_time" })
            await _host.Tamper($"DROP INDEX meeting_{index}");
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedMeetings.Publish(_host, room.SessionId, draft.Id, meet));

        Assert.That(await Wrong(room.SessionId), Is.GreaterThan(0));
    }

    [Test]
    public async Task A_seat_that_goes_while_a_timetable_is_published_keeps_no_meeting()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
            var draft = await Reviewed(room);
            var (company, reservation) = room.Companies[0];

            var (published, cancelled) = await Race.Pair(
                round,
                () => room.Organizer.Post($"/timetables/{draft.Id}/publish"),
                () => company.Api.Cancel(reservation)
            );

            Assert.That(cancelled.Status, Is.EqualTo(200));
            Assert.That(published.Status, Is.AnyOf(200, 422));
            Assert.That(await Wrong(room.SessionId), Is.Zero);
            Assert.That(await room.Meetings(), Has.Count.EqualTo(published.Status == 200 ? 2 : 0));
        }
    }

    [Test]
    public async Task Control_without_the_lock_a_company_without_a_seat_keeps_its_meetings()
    {
        var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        var draft = await Reviewed(room);
        var meet = new Rendezvous(2);
        var (company, reservation) = room.Companies[0];

        await Race.Run(
            2,
            async i =>
            {
                if (i == 0)
                    return await UnguardedMeetings.Publish(
                        _host,
                        room.SessionId,
                        draft.Id,
                        meet,
                        company.Api,
                        reservation
                    );
                await meet.Arrive();
                return true;
            }
        );

        Assert.That(await Wrong(room.SessionId), Is.GreaterThan(0));
    }

    [Test]
    public async Task What_is_published_is_what_was_reviewed_or_what_was_edited_never_both()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
            var draft = await Reviewed(room);
            var fewer = draft["meetings"].EnumerateArray().Take(1).ToList();

            var (published, edited) = await Race.Pair(
                round,
                () => room.Organizer.Post($"/timetables/{draft.Id}/publish"),
                () => room.Organizer.Put($"/timetables/{draft.Id}/meetings", fewer)
            );

            Assert.That(
                (published.Status, edited.Status),
                Is.EqualTo((200, 409)).Or.EqualTo((409, 200)),
                "an edit asks for another review"
            );
            Assert.That(await room.Meetings(), Has.Count.EqualTo(published.Status == 200 ? 4 : 0));
            Assert.That(await Planned(draft.Id), Is.EqualTo(published.Status == 200 ? 4 : 1));
        }
    }

    [Test]
    public async Task Control_edited_without_the_lock_people_go_by_meetings_that_are_not_in_the_timetable()
    {
        var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        var draft = await Reviewed(room);
        var meet = new Rendezvous(2);

        var went = await Race.Run(
            2,
            i =>
                i == 0
                    ? UnguardedMeetings.Publish(_host, room.SessionId, draft.Id, meet)
                    : UnguardedMeetings.Edit(_host, draft.Id, meet)
        );

        Assert.That(went, Is.All.True);
        Assert.That(await room.Meetings(), Has.Count.EqualTo(4));
        Assert.That(await Planned(draft.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task A_veto_against_a_publication_ends_in_one_of_them()
    {
        var tooLate = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
            var draft = await Reviewed(room);

            var (published, veto) = await Race.Pair(
                round,
                () => room.Organizer.Post($"/timetables/{draft.Id}/publish"),
                () =>
                    room.Guests[0]
                        .Api.Put(
                            "/invitation/preferences",
                            new[] { new { id = room.Companies[0].Company.Id, wish = "veto" } }
                        )
            );

            Assert.That(veto.Status, Is.EqualTo(200));
            Assert.That(published.Status, Is.AnyOf(200, 422));
            Assert.That(await room.Meetings(), Has.Count.EqualTo(published.Status == 200 ? 4 : 0));
            tooLate += published.Status == 200 ? 1 : 0;
            Assert.That(
                await _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE kind = 'meeting.unwanted.v1'"),
                Is.EqualTo(tooLate),
                "the organizers are told of what the timetable could not go by"
            );
            var again = await room.Draft();
            Assert.That(again["meetings"].GetArrayLength(), Is.EqualTo(3), "the next one goes by it in any case");
        }
    }

    [Test]
    public async Task Drafts_asked_for_at_once_are_made_one_after_the_other_or_refused()
    {
        var room = await MatchRoom.Open(_host, companies: 2, guests: 2);

        var replies = await Race.Run(6, _ => room.Organizer.Post($"/sessions/{room.SessionId}/timetables"));

        Assert.That(
            replies.Where(reply => reply.Status != 201).Select(reply => reply.Code),
            Has.All.EqualTo("timetable_in_the_making")
        );
        Assert.That(
            replies.Where(reply => reply.Status == 201).Select(reply => reply["number"].GetInt64()),
            Is.Unique.And.Not.Empty
        );
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM timetable_search"), Is.Zero);
    }

    [Test]
    public async Task Control_without_lock_and_constraint_two_drafts_have_one_number()
    {
        var sessionId = await _host.Given.PublishedSession();
        await Unguarded.TakeConstraints(_host, "timetable");
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedMeetings.Draft(_host, sessionId, meet));

        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM timetable WHERE number = 1"), Is.EqualTo(2));
    }
}
