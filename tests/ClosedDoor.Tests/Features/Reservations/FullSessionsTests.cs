using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

/// <summary>After a refusal, the next ones are read and not fought for: that must never hide a seat that is free.</summary>
public class FullSessionsTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_seat_that_is_given_back_is_sold_to_whoever_asks_next()
    {
        var (sessionId, holder, late) = await FullSession();
        var held = (await holder.Api.Get($"/reservations?sessionId={sessionId}")).Expect(200)["items"][0];

        (await holder.Api.Cancel(held.GetProperty("id").GetString()!)).Expect(200);

        (await late.Api.Reserve(sessionId)).Expect(201);
    }

    [Test]
    public async Task A_hold_that_lapses_a_moment_after_a_refusal_is_a_free_seat()
    {
        var (sessionId, _, late) = await FullSession();
        _host.Time.Advance(Duration.FromMinutes(36) - Duration.FromSeconds(1));
        (await late.Api.Reserve(sessionId)).Expect(409, "session_full");

        _host.Time.Advance(Duration.FromSeconds(1));

        (await late.Api.Reserve(sessionId)).Expect(201);
    }

    [Test]
    public async Task Everyone_is_told_what_stands_in_his_own_way()
    {
        var (sessionId, holder, _) = await FullSession();
        var unvetted = await _host.Given.Company();

        (await holder.Api.Reserve(sessionId)).Expect(409, "already_reserved");
        (await unvetted.Api.Reserve(sessionId)).Expect(403, "company_not_vetted");
    }

    [Test]
    public async Task A_refusal_is_kept_under_its_key_and_an_earlier_answer_comes_before_it()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var companies = await _host.Given.VettedCompanies(2);
        var held = (await companies[0].Api.Reserve(sessionId, "mine")).Expect(201);
        (await companies[1].Api.Reserve(sessionId)).Expect(409, "session_full");
        (await companies[1].Api.Reserve(sessionId, "theirs")).Expect(409, "session_full");

        (await companies[0].Api.Cancel(held.Id)).Expect(200);

        var again = (await companies[0].Api.Reserve(sessionId, "mine")).Expect(201);
        var refused = (await companies[1].Api.Reserve(sessionId, "theirs")).Expect(409, "session_full");
        Assert.That((again.IsReplay, refused.IsReplay), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task Who_has_no_key_is_refused_while_nothing_can_be_written()
    {
        var (sessionId, _, late) = await FullSession();
        var others = await _host.Given.VettedCompanies(2);
        using var held = new SemaphoreSlim(0);
        using var end = new ManualResetEventSlim();
        var writer = Task.Run(() =>
            _host.Data.Write(
                "test",
                async tx =>
                {
                    if (TestDatabase.IsPostgres) // On SQLite there is one writer at a time.
                        await tx.Execute("LOCK TABLE idempotency IN EXCLUSIVE MODE");
                    held.Release();
                    end.Wait();
                    return true;
                }
            )
        );
        await held.WaitAsync();
        var keyed = others.Select((company, i) => company.Api.Reserve(sessionId, $"key-{i}")).ToArray();
        try
        {
            (await late.Api.Reserve(sessionId).WaitAsync(TimeSpan.FromMinutes(1))).Expect(409, "session_full");
            Assert.That(keyed.Select(one => one.IsCompleted), Is.All.False, "their answer is to be kept first");
        }
        finally
        {
            end.Set();
            await writer;
        }
        foreach (var reply in await Task.WhenAll(keyed))
            reply.Expect(409, "session_full");
    }

    /// <summary>A session whose one seat is held, and of which somebody was told twice that it is full.</summary>
    async Task<(string SessionId, TestCompany Holder, TestCompany Late)> FullSession()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var companies = await _host.Given.VettedCompanies(2);
        await _host.Given.Hold(companies[0], sessionId);
        for (var time = 0; time < 2; time++)
            (await companies[1].Api.Reserve(sessionId)).Expect(409, "session_full");
        return (sessionId, companies[0], companies[1]);
    }
}
