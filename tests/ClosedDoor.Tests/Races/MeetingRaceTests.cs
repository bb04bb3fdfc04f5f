using ClosedDoor.Tests.Features.Matchmaking;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Two who credit, and one who takes back what another confirms; each with its control.</summary>
public class MeetingRaceTests
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

    [Test]
    public async Task Credits_asked_for_many_times_at_once_are_granted_once()
    {
        var room = await MatchRoom.Open(_host, companies: 2, guests: 2);
        await room.Promise(guarantee: 3, credit: 50_000);
        await room.Publish(await room.Draft());
        room.AfterTheDay();
        await room.Attendance();

        var replies = await Race.Run(6, _ => room.Credits());

        Assert.That(replies.Select(reply => reply.Status), Is.All.EqualTo(200));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM refund"), Is.EqualTo(2));
        Assert.That(
            await _host.Query<long>("SELECT CAST(SUM(amount) AS BIGINT) FROM meeting_credit"),
            Is.EqualTo(100_000)
        );
    }

    [Test]
    public async Task Control_credited_twice_without_lock_and_key_money_goes_back_twice()
    {
        var room = await MatchRoom.Open(_host, companies: 1, guests: 1);
        await Unguarded.TakeConstraints(_host, "meeting_credit");
        var meet = new Rendezvous(2);
        var company = room.Companies[0].Company.Id;

        await Race.Run(2, _ => UnguardedMeetings.Credit(_host, room.SessionId, company, 50_000, meet));

        Assert.That(await _host.Query<long>("SELECT CAST(SUM(amount) AS BIGINT) FROM refund"), Is.EqualTo(100_000));
    }

    /// <summary>A meeting that was held, of which its company says that it came to an intention.</summary>
    async Task<(string MeetingId, ApiClient Company, ApiClient Guest)> Proposed()
    {
        var room = await MatchRoom.Open(_host, companies: 1, guests: 1);
        await room.Publish(await room.Draft());
        var meeting = (await room.Meetings())[0];
        _host.Time.Advance(meeting.EndsAt - _host.Time.Now);
        await room.Attendance();
        var company = room.Companies[0].Company.Api;
        (await company.Post($"/meetings/{meeting.Id}/outcomes", new { stage = "intention" })).Expect(200);
        return (meeting.Id, company, room.Guests[0].Api);
    }

    [Test]
    public async Task An_outcome_is_taken_back_or_confirmed_never_both()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (meetingId, company, guest) = await Proposed();

            var (withdrawn, confirmed) = await Race.Pair(
                round,
                () => company.Post($"/meetings/{meetingId}/outcomes/intention/withdraw"),
                () => guest.Post($"/meetings/{meetingId}/outcomes/intention/confirm")
            );

            Assert.That(
                (withdrawn.Status, confirmed.Status),
                Is.EqualTo((200, 404)).Or.EqualTo((409, 200)),
                "what is confirmed stays, what is gone is not confirmed"
            );
        }
    }

    [Test]
    public async Task Control_without_the_lock_what_was_confirmed_is_gone()
    {
        var (meetingId, _, _) = await Proposed();
        var meet = new Rendezvous(2);

        var went = await Race.Run(
            2,
            i =>
                i == 0
                    ? UnguardedMeetings.WithdrawOutcome(_host, meetingId, "intention", meet)
                    : UnguardedMeetings.ConfirmOutcome(_host, meetingId, "intention", meet)
        );

        Assert.That(went, Is.All.True);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM meeting_outcome"), Is.Zero);
    }
}
