using ClosedDoor.Features.Reservations;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

/// <summary>What a caller was told once stays so: deadlines, ends, order and tags.</summary>
public class ConsistencyTests
{
    TestHost _host = null!;

    [SetUp]
    public async Task Start() => _host = await TestHost.Create();

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_seat_outlives_its_due_date_by_the_banks_days_at_the_end_of_the_known_calendar()
    {
        // Friday 25 December 2026: due on Wednesday the 30th; the banks' two days end in a year without calendar.
        _host.Time.Advance(Instant.FromUtc(2026, 12, 25, 2, 0) - _host.Time.Now);
        var company = await _host.Given.VettedCompany();
        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(
            company,
            await _host.Given.PublishedSession()
        );

        var due = (await company.Api.Get($"/payments/{paymentId}"))["dueAt"].GetString();
        var kept = (await company.Api.Get($"/reservations/{reservationId}"))["holdExpiresAt"].GetString();

        Assert.That(due, Is.EqualTo("2026-12-30T16:00:00Z"));
        Assert.That(kept, Is.GreaterThan("2026-12-31T00:00:00Z"));
    }

    [Test]
    public async Task A_hold_that_read_as_expired_stays_expired_when_the_session_is_cancelled()
    {
        var company = await _host.Given.VettedCompany();
        var sessionId = await _host.Given.PublishedSession();
        var held = await _host.Given.Hold(company, sessionId);
        _host.Time.Advance(Duration.FromMinutes(36));
        Assert.That((await company.Api.Get($"/reservations/{held}"))["status"].GetString(), Is.EqualTo("expired"));

        (await (await _host.Given.Owner()).Post($"/sessions/{sessionId}/cancel")).Expect(200);

        Assert.That((await company.Api.Get($"/reservations/{held}"))["status"].GetString(), Is.EqualTo("expired"));
    }

    [Test]
    public async Task A_seat_that_is_kept_for_its_checkout_is_listed_as_what_it_reads_as()
    {
        var company = await _host.Given.VettedCompany();
        var held = await _host.Given.Hold(company, await _host.Given.PublishedSession());
        await _host.Tamper("UPDATE reservation SET kept_for_checkout = 1 WHERE id = @held", new { held });
        _host.Time.Advance(Duration.FromMinutes(40));

        var reads = (await company.Api.Get($"/reservations/{held}"))["status"].GetString();

        Assert.That(reads, Is.EqualTo("held"));
        Assert.That(await Listed("held"), Is.EqualTo(1));
        Assert.That(await Listed("expired"), Is.Zero);

        async Task<int> Listed(string status) =>
            (await company.Api.Get($"/reservations?status={status}")).Expect(200)["items"].GetArrayLength();
    }

    [Test]
    public async Task Delegates_are_shown_in_the_order_in_which_they_were_named()
    {
        var company = await _host.Given.VettedCompany();
        var held = await _host.Given.Hold(company, await _host.Given.PublishedSession());
        for (var i = 0; i < 12; i++)
        {
            var put = (await company.Api.NameDelegates(held, "代表")).Expect(200);
            Assert.That((await company.Api.Get($"/reservations/{held}/delegates")).Text, Is.EqualTo(put.Text));
        }
    }

    [Test]
    public async Task The_organizers_answer_and_the_public_one_differ_and_so_do_their_tags()
    {
        var sessionId = await _host.Given.PublishedSession();
        var tag = (await _host.Anonymous.Get($"/sessions/{sessionId}")).ETag!;
        (await (await _host.Given.Owner()).Get($"/sessions/{sessionId}", ifNoneMatch: tag)).Expect(200);
    }
}
