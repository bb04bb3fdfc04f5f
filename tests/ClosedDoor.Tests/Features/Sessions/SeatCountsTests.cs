using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Sessions;

/// <summary>
/// The public answers are kept as bytes for as long as they are true. Every count here is asked for before and after each
/// change, of two instances on one database, so that an answer kept too long would be seen.
/// </summary>
public class SeatCountsTests
{
    TestHost _host = null!;
    TestHost _second = null!;
    ApiClient _owner = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _second = _host.Another();
        _owner = await _host.Given.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _second.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Every_step_of_a_seat_is_counted_at_once_for_everyone_on_every_instance()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 2);
        var company = await _host.Given.VettedCompany();
        await Expect(sessionId, held: 0, confirmed: 0, available: 2);

        var reservationId = await _host.Given.Hold(company, sessionId);
        await Expect(sessionId, held: 1, confirmed: 0, available: 1);

        var paymentId = (await company.Api.ChooseTransfer(reservationId)).Expect(201).Id;
        await Expect(sessionId, held: 1, confirmed: 0, available: 1);

        (await _owner.Receive(_host, paymentId)).Expect(200);
        await Expect(sessionId, held: 0, confirmed: 1, available: 1);

        (await company.Api.Cancel(reservationId)).Expect(200);
        await Expect(sessionId, held: 0, confirmed: 0, available: 2);

        await _host.Given.Hold(company, sessionId);
        await Expect(sessionId, held: 1, confirmed: 0, available: 1);

        (await _owner.Post($"/sessions/{sessionId}/cancel")).Expect(200);
        await Expect(sessionId, held: 0, confirmed: 0, available: 2);
    }

    [Test]
    public async Task What_another_instance_commits_is_counted_at_once()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 8);
        var companies = await _host.Given.VettedCompanies(8);
        await Expect(sessionId, held: 0, confirmed: 0, available: 8);

        for (var i = 0; i < companies.Length; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (_second, _host) : (_host, _second);
            (await writer.As(companies[i].Api.Token!).Reserve(sessionId)).Expect(201);
            Assert.That(await reader.Anonymous.Seats(sessionId), Is.EqualTo((8L, i + 1L, 0L, 7L - i)));
            Assert.That(await reader.Anonymous.SeatsInList(sessionId), Is.EqualTo((8L, i + 1L, 0L, 7L - i)));
        }
    }

    [Test]
    public async Task Seats_that_are_added_or_taken_away_are_counted_at_once_with_those_who_move_up()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var companies = await _host.Given.VettedCompanies(2);
        var reservationId = await _host.Given.Hold(companies[0], sessionId);
        await Expect(sessionId, held: 1, confirmed: 0, available: 0);

        await SetCap(_second, sessionId, 3);
        await Expect(sessionId, held: 1, confirmed: 0, available: 2);

        await SetCap(_host, sessionId, 1);
        await Expect(sessionId, held: 1, confirmed: 0, available: 0);

        (await companies[1].Api.JoinWaitlist(sessionId)).Expect(201);
        await SetCap(_host, sessionId, 2);
        await Expect(sessionId, held: 2, confirmed: 0, available: 0);

        (await companies[0].Api.Cancel(reservationId)).Expect(200);
        await Expect(sessionId, held: 1, confirmed: 0, available: 1);
    }

    [Test]
    public async Task Among_others_who_write_and_read_each_finds_the_own_change_counted_once_it_is_acknowledged()
    {
        const int Desks = 6;
        var sessions = new string[Desks];
        for (var i = 0; i < Desks; i++)
            sessions[i] = await _host.Given.PublishedSession(seatCap: 2);
        var companies = await _host.Given.VettedCompanies(Desks);
        using var stop = new CancellationTokenSource();
        var reads = 0;
        // They keep every answer fresh for the others to be given.
        var readers = Enumerable
            .Range(0, 2)
            .Select(i =>
                Task.Run(async () =>
                {
                    var crowd = (i == 0 ? _host : _second).Anonymous;
                    for (; !stop.IsCancellationRequested; Interlocked.Increment(ref reads))
                        await crowd.Get(
                            reads % 2 == 0 ? "/sessions?limit=200" : $"/sessions/{sessions[reads % Desks]}"
                        );
                })
            )
            .ToArray();

        await Race.Run(
            Desks,
            async i =>
            {
                var (writer, reader) = i % 2 == 0 ? (_host, _second) : (_second, _host);
                var company = writer.As(companies[i].Api.Token!);
                async Task Counts(long cap, long held)
                {
                    foreach (var caller in new[] { writer.Anonymous, reader.Anonymous, reader.As(_owner.Token!) })
                    {
                        Assert.That(await caller.Seats(sessions[i]), Is.EqualTo((cap, held, 0L, cap - held)));
                        Assert.That(await caller.SeatsInList(sessions[i]), Is.EqualTo((cap, held, 0L, cap - held)));
                    }
                }
                for (var round = 0; round < 4; round++)
                {
                    var reservationId = (await company.Reserve(sessions[i])).Expect(201).Id;
                    await Counts(2, 1);
                    await SetCap(writer, sessions[i], 3);
                    await Counts(3, 1);
                    if (round % 2 == 0)
                    {
                        (await company.Cancel(reservationId)).Expect(200);
                    }
                    else
                    {
                        // Its time is over, as the clock would bring about for everybody at once.
                        await writer.Tamper(
                            "UPDATE reservation SET hold_expires_at = @now WHERE id = @reservationId",
                            new { reservationId, now = _host.Time.Now }
                        );
                        await new SweepReservations(writer.Data).RunOnce(_host.Time.Now);
                    }
                    await Counts(3, 0);
                    await SetCap(writer, sessions[i], 2);
                    await Counts(2, 0);
                }
                return i;
            }
        );
        await stop.CancelAsync();
        await Task.WhenAll(readers);

        Assert.That(reads, Is.Positive);
    }

    [Test]
    public async Task A_hold_counts_until_the_millisecond_before_it_lapses_and_not_at_it()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 2);
        var companies = await _host.Given.VettedCompanies(2);
        await _host.Given.Hold(companies[0], sessionId);
        _host.Time.Advance(Duration.FromMinutes(5));
        await _host.Given.Hold(companies[1], sessionId);
        await Expect(sessionId, held: 2, confirmed: 0, available: 0);

        _host.Time.Advance(Duration.FromMinutes(31) - Duration.FromMilliseconds(1));
        await Expect(sessionId, held: 2, confirmed: 0, available: 0);

        _host.Time.Advance(Duration.FromMilliseconds(1));
        await Expect(sessionId, held: 1, confirmed: 0, available: 1);

        _host.Time.Advance(Duration.FromMinutes(5) - Duration.FromMilliseconds(1));
        await Expect(sessionId, held: 1, confirmed: 0, available: 1);

        _host.Time.Advance(Duration.FromMilliseconds(1));
        await Expect(sessionId, held: 0, confirmed: 0, available: 2);

        Assert.That(await new SweepReservations(_host.Data).RunOnce(_host.Time.Now), Is.GreaterThanOrEqualTo(2));
        await Expect(sessionId, held: 0, confirmed: 0, available: 2);
    }

    [Test]
    public async Task An_unpaid_transfer_frees_its_seat_at_the_end_of_the_banks_two_days()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var company = await _host.Given.VettedCompany();
        var (reservationId, _) = await _host.Given.AwaitingTransfer(company, sessionId);
        var until = (await company.Api.Get($"/reservations/{reservationId}")).Expect(200)["holdExpiresAt"];
        var left = NodaTime.Text.InstantPattern.ExtendedIso.Parse(until.GetString()!).Value - _host.Time.Now;

        _host.Time.Advance(left - Duration.FromMilliseconds(1));
        await Expect(sessionId, held: 1, confirmed: 0, available: 0);

        _host.Time.Advance(Duration.FromMilliseconds(1));
        await Expect(sessionId, held: 0, confirmed: 0, available: 1);
    }

    [Test]
    public async Task Whoever_holds_the_last_count_is_told_nothing_new_only_while_nothing_is_new()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var company = await _host.Given.VettedCompany();
        var free = (await _host.Anonymous.Get($"/sessions/{sessionId}")).Expect(200).ETag!;
        (await _host.Anonymous.Get($"/sessions/{sessionId}", ifNoneMatch: free)).Expect(304);

        await _host.Given.Hold(company, sessionId);
        var held = (await _host.Anonymous.Get($"/sessions/{sessionId}", ifNoneMatch: free)).Expect(200).ETag!;
        (await _host.Anonymous.Get($"/sessions/{sessionId}", ifNoneMatch: held)).Expect(304);
        (await _second.Anonymous.Get($"/sessions/{sessionId}", ifNoneMatch: held)).Expect(304);

        _host.Time.Advance(Duration.FromMinutes(36));
        var lapsed = (await _host.Anonymous.Get($"/sessions/{sessionId}", ifNoneMatch: held)).Expect(200);
        Assert.That(lapsed["seats.available"].GetInt64(), Is.EqualTo(1));
    }

    async Task SetCap(TestHost on, string sessionId, int seatCap)
    {
        var organizer = on.As(_owner.Token!);
        (await organizer.Patch($"/sessions/{sessionId}", new { seatCap })).Expect(200);
    }

    async Task Expect(string sessionId, long held, long confirmed, long available)
    {
        var counts = (held + confirmed + available, held, confirmed, available);
        var callers = new[] { _host.Anonymous, _second.Anonymous, _owner, _second.As(_owner.Token!) };
        foreach (var caller in callers)
        {
            // Twice: what was just kept is given out the second time.
            for (var time = 0; time < 2; time++)
            {
                Assert.That(await caller.Seats(sessionId), Is.EqualTo(counts));
                Assert.That(await caller.SeatsInList(sessionId), Is.EqualTo(counts));
            }
        }
    }
}
