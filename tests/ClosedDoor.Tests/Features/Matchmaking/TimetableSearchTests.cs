using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Matchmaking;

/// <summary>A search that takes long can be watched and stopped by the organizer.</summary>
public class TimetableSearchTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;
    string _session = null!;

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
        _session = await _host.Given.PublishedSession();
    }

    [TearDown]
    public async Task Close() => await _host.DisposeAsync();

    /// <summary>A search that tells its first result and goes on until it is stopped.</summary>
    Task<Outcome<string>> Endless(ManualResetEventSlim found) =>
        TimetableSearch.Run(
            _host.Data,
            _host.Time,
            _session,
            30,
            (progress, _, stopped) =>
            {
                progress(new SearchProgress(SearchStage.Found, 4_711, 0.25, false));
                found.Set();
                stopped.WaitHandle.WaitOne(TimeSpan.FromMinutes(1));
                return stopped.IsCancellationRequested ? "best so far" : "never stopped";
            },
            CancellationToken.None
        );

    async Task<Reply> Until(Func<Reply, bool> holds)
    {
        for (var tries = 0; tries < 1200; tries++)
        {
            var reply = await _organizer.Get($"/sessions/{_session}/timetable-search");
            if (holds(reply))
                return reply;
            await Task.Delay(50);
        }
        throw new AssertionException("It never came to that.");
    }

    [Test]
    public async Task A_running_search_says_how_far_it_is_and_stops_with_the_best_it_has()
    {
        (await _organizer.Get($"/sessions/{_session}/timetable-search")).Expect(404);
        using var found = new ManualResetEventSlim();
        var search = Task.Run(() => Endless(found));
        found.Wait(TimeSpan.FromMinutes(1));

        var told = await Until(reply =>
            reply.Status == 200 && reply["stage"].ValueKind != System.Text.Json.JsonValueKind.Null
        );
        Assert.That(told["stage"].GetString(), Is.EqualTo("found"));
        Assert.That(told["steps"].GetInt64(), Is.EqualTo(4_711));
        Assert.That(told["gap"].GetDouble(), Is.EqualTo(0.25));
        Assert.That(told["proved"].GetBoolean(), Is.False);
        var stopped = (await _organizer.Post($"/sessions/{_session}/timetable-search/stop")).Expect(200);

        Assert.That(stopped["stopAsked"].GetBoolean(), Is.True);
        Assert.That((await search).Value, Is.EqualTo("best so far"));
        (await _organizer.Get($"/sessions/{_session}/timetable-search")).Expect(404);
        (await _organizer.Post($"/sessions/{_session}/timetable-search/stop")).Expect(404);
    }

    [Test]
    public async Task One_search_a_session_runs_at_a_time_and_one_that_died_is_in_nobodys_way()
    {
        using var found = new ManualResetEventSlim();
        var first = Task.Run(() => Endless(found));
        found.Wait(TimeSpan.FromMinutes(1));
        using var other = new ManualResetEventSlim();

        Assert.That((await Endless(other)).Refused(out var refusal), Is.True);
        Assert.That(refusal!.Is(Refusals.TimetableInTheMaking));

        (await _organizer.Post($"/sessions/{_session}/timetable-search/stop")).Expect(200);
        await first;
        await _host.Tamper(
            """
            INSERT INTO timetable_search (session_id, id, seconds, steps, proved, stop_asked, begun_at, told_at)
            VALUES (@_session, 'tsr_dead', 30, 0, 0, 0, @now, @now)
            """,
            new { _session, now = _host.Time.Now }
        );
        _host.Time.Advance(Duration.FromMinutes(2));
        (await _organizer.Get($"/sessions/{_session}/timetable-search")).Expect(404);
        var second = Task.Run(() => Endless(other));
        await Until(reply => reply.Status == 200);
        (await _organizer.Post($"/sessions/{_session}/timetable-search/stop")).Expect(200);
        Assert.That((await second).Value, Is.EqualTo("best so far"));
    }

    [Test]
    public async Task A_repeated_key_gets_the_timetable_again_without_another_search()
    {
        var room = await MatchRoom.Open(_host, companies: 1, guests: 1);
        Task<Reply> Ask(int seed = 1) =>
            room.Organizer.Post($"/sessions/{room.SessionId}/timetables", new { seed }, "the-same");
        var made = (await Ask()).Expect(201);
        using var found = new ManualResetEventSlim();
        _session = room.SessionId;
        var search = Task.Run(() => Endless(found));
        found.Wait(TimeSpan.FromMinutes(1));

        // While a search runs another is refused: an answer means that there was none.
        var again = (await Ask()).Expect(201);
        (await Ask(seed: 2)).Expect(422, "idempotency_key_reused");
        (await room.Organizer.Post($"/sessions/{room.SessionId}/timetables")).Expect(409, "timetable_in_the_making");
        (await room.Organizer.Post($"/sessions/{room.SessionId}/timetable-search/stop")).Expect(200);
        await search;

        Assert.That(again.IsReplay, Is.True);
        Assert.That(again.Text, Is.EqualTo(made.Text));
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM timetable"), Is.EqualTo(1));
    }

    [Test]
    public async Task Stopped_before_its_turn_it_says_that_it_found_nothing()
    {
        using var found = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        var busy = Task.Run(() =>
            SearchInTurn.Run(
                _host.Time,
                30,
                _ =>
                {
                    found.Set();
                    return end.Wait(TimeSpan.FromMinutes(1));
                },
                CancellationToken.None
            )
        );
        found.Wait(TimeSpan.FromMinutes(1));
        using var never = new ManualResetEventSlim();
        var waiting = Task.Run(() => Endless(never));

        var told = await Until(reply => reply.Status == 200);
        Assert.That(told["stage"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        (await _organizer.Post($"/sessions/{_session}/timetable-search/stop")).Expect(200);
        var ended = await waiting;
        end.Set();
        await busy;

        Assert.That(ended.Refused(out var refusal), Is.True);
        Assert.That(refusal!.Is(Refusals.SearchStopped));
    }
}
