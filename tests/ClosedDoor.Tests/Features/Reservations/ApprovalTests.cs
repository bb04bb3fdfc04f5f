using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

public class ApprovalTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Organizer(Permission.Organize);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task An_application_takes_no_seat_and_its_approval_takes_one_with_a_deadline_of_two_working_days()
    {
        // A Thursday: Friday and Monday.
        _host.Time.Advance(Duration.FromDays(3));
        var sessionId = await _host.Given.PublishedSession(seatCap: 1, admission: "approval");
        var company = await _host.Given.VettedCompany();

        var applied = (await company.Api.Reserve(sessionId)).Expect(201);
        Assert.That(applied["status"].GetString(), Is.EqualTo("applied"));
        Assert.That(applied["seatNumber"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        Assert.That(applied["holdExpiresAt"].GetString(), Is.Null);
        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((1L, 0L, 0L, 1L)));

        var held = (await _organizer.Post($"/reservations/{applied.Id}/approve")).Expect(200);
        Assert.That(held["status"].GetString(), Is.EqualTo("held"));
        Assert.That(held["seatNumber"].GetInt64(), Is.EqualTo(1));
        Assert.That(held["holdExpiresAt"].GetString(), Is.EqualTo("2026-03-09T16:00:00Z"));
        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((1L, 1L, 0L, 0L)));
        (await _organizer.Post($"/reservations/{applied.Id}/approve")).Expect(409, "wrong_reservation_status");
        (await _organizer.Decline(applied.Id)).Expect(409, "wrong_reservation_status");
    }

    [Test]
    public async Task More_may_apply_than_there_are_seats_and_the_last_approval_finds_none()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1, admission: "approval");
        var companies = await _host.Given.VettedCompanies(2);
        var first = await _host.Given.Hold(companies[0], sessionId);
        var second = await _host.Given.Hold(companies[1], sessionId);
        (await _organizer.Post($"/reservations/{first}/approve")).Expect(200);

        (await _organizer.Post($"/reservations/{second}/approve")).Expect(409, "session_full");

        Assert.That(await _host.StatusOf(second), Is.EqualTo("applied"));
    }

    [Test]
    public async Task A_refusal_tells_its_reason_and_the_company_may_apply_again()
    {
        var sessionId = await _host.Given.PublishedSession(admission: "approval");
        var company = await _host.Given.VettedCompany();
        var applied = await _host.Given.Hold(company, sessionId);
        (await company.Api.Reserve(sessionId)).Expect(409, "already_reserved");

        var nameless = (await _organizer.Decline(applied, " ")).Expect(422, "invalid_fields");
        Assert.That(nameless["errors"].EnumerateObject().Single().Name, Is.EqualTo("reason"));
        (await _organizer.Decline(applied, "本场次重点专科不符")).Expect(200);

        var shown = (await company.Api.Get($"/reservations/{applied}")).Expect(200);
        Assert.That(shown["status"].GetString(), Is.EqualTo("declined"));
        Assert.That(shown["endedBecause"].GetString(), Is.EqualTo("declined"));
        Assert.That(shown["endedNote"].GetString(), Is.EqualTo("本场次重点专科不符"));
        (await _organizer.Post($"/reservations/{applied}/approve")).Expect(409, "wrong_reservation_status");
        (await company.Api.Reserve(sessionId)).Expect(201);
    }

    [Test]
    public async Task Only_who_may_organize_decides_and_on_the_version_that_was_read()
    {
        var company = await _host.Given.VettedCompany();
        var applied = (await company.Api.Reserve(await _host.Given.PublishedSession(admission: "approval"))).Expect(
            201
        );
        var approve = $"/reservations/{applied.Id}/approve";

        (await _host.Anonymous.Post(approve)).Expect(401, "unauthenticated");
        (await company.Api.Post(approve)).Expect(403, "forbidden");
        (await company.Api.Decline(applied.Id)).Expect(403, "forbidden");
        (await (await _host.Given.Organizer(Permission.Finance)).Post(approve)).Expect(403, "forbidden");
        (await _organizer.Post(approve, ifMatch: "\"7\"")).Expect(412, "stale_version");
        (await _organizer.Post(approve, ifMatch: applied.ETag)).Expect(200);
    }

    [Test]
    public async Task A_seat_that_was_taken_at_once_needs_no_approval()
    {
        var held = await _host.Given.Hold(await _host.Given.VettedCompany(), await _host.Given.PublishedSession());

        (await _organizer.Post($"/reservations/{held}/approve")).Expect(409, "wrong_reservation_status");
    }
}

static class Decisions
{
    public static Task<Reply> Decline(this ApiClient api, string reservationId, string reason = "不符") =>
        api.Post($"/reservations/{reservationId}/decline", new { reason });
}
