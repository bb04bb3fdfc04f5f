using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

public class ReserveSeatTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Row_1_a_vetted_company_holds_the_lowest_free_seat_for_36_minutes()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();

        var held = (await company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(201);

        Assert.That(held["seatNumber"].GetInt32(), Is.EqualTo(1));
        Assert.That(held["status"].GetString(), Is.EqualTo("held"));
        Assert.That(
            held["holdExpiresAt"].GetString(),
            Is.EqualTo((_host.Time.Now + Duration.FromMinutes(36)).ToString())
        );
        Assert.That(held["price.amount"].GetInt64(), Is.EqualTo(3_880_000));
        var session = (await _host.Anonymous.Get($"/sessions/{sessionId}")).Expect(200);
        Assert.That(session["seats"].ToString(), Is.EqualTo("""{"cap":8,"held":1,"confirmed":0,"available":7}"""));
    }

    [Test]
    public async Task A_seat_is_held_no_longer_than_until_the_day_begins()
    {
        await using var host = await TestHost.Create();
        var sessionId = await host.Given.PublishedSession();
        var company = await host.Given.VettedCompany();
        var begins = Instant.FromUnixTimeMilliseconds(
            await host.Query<long>("SELECT begins_at FROM session WHERE id = @sessionId", new { sessionId })
        );
        host.Time.Advance(begins - Duration.FromMinutes(10) - host.Time.Now);

        var held = (await company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(201);

        Assert.That(held["holdExpiresAt"].GetString(), Is.EqualTo(begins.ToString()));
    }

    [Test]
    public async Task Row_1_an_unvetted_company_is_refused()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.Company();

        (await company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(403, "company_not_vetted");
    }

    [Test]
    public async Task A_second_reservation_of_the_same_company_is_refused()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();
        await _host.Given.Hold(company, sessionId);

        (await company.Api.Post($"/sessions/{sessionId}/reservations")).Expect(409, "already_reserved");
    }

    [Test]
    public async Task The_ninth_company_finds_the_session_full()
    {
        var sessionId = await _host.Given.PublishedSession();
        foreach (var company in await _host.Given.VettedCompanies(8))
            await _host.Given.Hold(company, sessionId);
        var ninth = await _host.Given.VettedCompany();

        (await ninth.Api.Post($"/sessions/{sessionId}/reservations")).Expect(409, "session_full");
    }

    [Test]
    public async Task A_lapsed_hold_blocks_nobody_though_no_worker_has_run()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var first = await _host.Given.VettedCompany();
        var second = await _host.Given.VettedCompany();
        var lapsed = await _host.Given.Hold(first, sessionId);

        _host.Time.Advance(Duration.FromMinutes(36));

        Assert.That((await _host.Anonymous.Get($"/sessions/{sessionId}"))["seats.available"].GetInt32(), Is.EqualTo(1));
        (await second.Api.Post($"/sessions/{sessionId}/reservations")).Expect(201);
        Assert.That((await first.Api.Get($"/reservations/{lapsed}"))["status"].GetString(), Is.EqualTo("expired"));
    }

    [Test]
    public async Task Row_1_the_same_key_and_body_give_the_first_answer_again()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();

        var first = (await company.Api.Post($"/sessions/{sessionId}/reservations", new { }, key: "k1")).Expect(201);
        var again = (await company.Api.Post($"/sessions/{sessionId}/reservations", new { }, key: "k1")).Expect(201);
        var other = await company.Api.Post(
            $"/sessions/{sessionId}/reservations",
            new { companyId = company.Id },
            key: "k1"
        );

        Assert.That(again.Text, Is.EqualTo(first.Text));
        Assert.That((first.IsReplay, again.IsReplay), Is.EqualTo((false, true)));
        other.Expect(422, "idempotency_key_reused");
    }

    [Test]
    public async Task Who_waits_and_asks_again_gets_the_seat_that_has_lapsed()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1);
        var companies = await _host.Given.VettedCompanies(3);
        await _host.Given.Hold(companies[0], sessionId);
        var entry = (await companies[1].Api.Post($"/sessions/{sessionId}/waitlist")).Expect(201);
        _host.Time.Advance(Duration.FromMinutes(36));

        (await companies[2].Api.Post($"/sessions/{sessionId}/reservations")).Expect(409, "session_full");
        var promoted = (await companies[1].Api.Post($"/sessions/{sessionId}/reservations")).Expect(201);

        Assert.That(promoted["seatNumber"].GetInt32(), Is.EqualTo(1));
        var shown = (await companies[1].Api.Get($"/waitlist/{entry.Id}")).Expect(200);
        Assert.That(shown["status"].GetString(), Is.EqualTo("promoted"));
        Assert.That(shown["reservationId"].GetString(), Is.EqualTo(promoted.Id));
    }
}
