using ClosedDoor.Domain;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Sessions;

/// <summary>What becomes of seats, applications and money when the session around them changes.</summary>
public class SessionChangeTests
{
    TestHost _host = null!;
    ApiClient _organizer = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _organizer = await _host.Given.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task A_closing_of_the_sale_that_was_set_outlives_other_changes()
    {
        var sessionId = await _host.Given.PublishedSession();
        var closing = (_host.Time.Now + Duration.FromDays(7)).ToString();
        (await _organizer.Patch($"/sessions/{sessionId}", new { salesCloseAt = closing })).Expect(200);

        var date = Zones.Today(_host.Time.Now).PlusWeeks(5);
        var moved = (await _organizer.Patch($"/sessions/{sessionId}", new { date, venue = "新会场" })).Expect(200);

        Assert.That(moved["salesCloseAt"].GetString(), Is.EqualTo(closing));
    }

    [Test]
    public async Task Personal_links_hold_through_a_day_that_has_moved_to_a_later_one()
    {
        await using var host = await TestHost.Create();
        var organizer = await host.Given.Owner();
        var sessionId = await host.Given.PublishedSession();
        var (_, _, guest) = await host.AcceptedGuest(organizer, sessionId);
        var company = await host.Given.VettedCompany();
        var seat = await host.Confirmed(company, sessionId);
        var person = await host.DelegateOf(organizer, (await company.Named(seat, "示例代表"))[0]);
        var day = Zones.Today(host.Time.Now).PlusWeeks(20);
        (await organizer.Patch($"/sessions/{sessionId}", new { date = day })).Expect(200);

        host.Time.Advance(Zones.Shanghai.AtStartOfDay(day).ToInstant() - host.Time.Now);

        (await guest.Get("/invitation")).Expect(200);
        (await person.Get("/delegate")).Expect(200);
        host.Time.Advance(Duration.FromDays(4));
        (await person.Get("/delegate")).Expect(401);
        (await guest.Get("/invitation")).Expect(200);
    }

    [Test]
    public async Task A_sale_that_closes_with_the_begin_goes_on_doing_so()
    {
        var sessionId = await _host.Given.PublishedSession();
        var date = Zones.Today(_host.Time.Now).PlusWeeks(6);
        var moved = (await _organizer.Patch($"/sessions/{sessionId}", new { date })).Expect(200);
        Assert.That(moved["salesCloseAt"].GetString(), Is.EqualTo($"{date:uuuu-MM-dd}T01:00:00Z"));
    }

    [Test]
    public async Task The_day_does_not_move_past_a_seated_companys_certificate()
    {
        var sessionId = await _host.Given.PublishedSession();
        var today = Zones.Today(_host.Time.Now);
        var company = await _host.Given.VettedCompany(certificateExpiry: today.PlusWeeks(5));
        await _host.Given.Hold(company, sessionId);

        (await _organizer.Patch($"/sessions/{sessionId}", new { date = today.PlusWeeks(6) })).Expect(
            409,
            "seats_block_day"
        );
        (await _organizer.Patch($"/sessions/{sessionId}", new { date = today.PlusWeeks(5) })).Expect(200);
    }

    [Test]
    public async Task A_day_moved_forward_takes_the_deadlines_with_it()
    {
        var sessionId = await _host.Given.PublishedSession();
        var (reservationId, _) = await _host.Given.AwaitingTransfer(await _host.Given.VettedCompany(), sessionId);

        var tomorrow = Zones.Today(_host.Time.Now).PlusDays(1);
        (await _organizer.Patch($"/sessions/{sessionId}", new { date = tomorrow })).Expect(200);

        var reservation = (await _organizer.Get($"/reservations/{reservationId}")).Expect(200);
        Assert.That(reservation["holdExpiresAt"].GetString(), Is.EqualTo($"{tomorrow:uuuu-MM-dd}T01:00:00Z"));
        Assert.That(
            await _host.Query<string>(
                "SELECT after FROM audit WHERE action = 'reservation.deadline_moved' AND subject = @reservationId",
                new { reservationId }
            ),
            Does.Contain($"{tomorrow:uuuu-MM-dd}T01:00:00Z")
        );
    }

    [Test]
    public async Task Seats_go_only_while_they_are_free_and_the_one_in_the_way_is_named()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 3);
        var companies = await _host.Given.VettedCompanies(3);
        var first = await _host.Given.Hold(companies[0], sessionId);
        await _host.Given.Hold(companies[1], sessionId);
        (await companies[0].Api.Post($"/reservations/{first}/cancel", new { reason = "行程冲突" })).Expect(200);

        var refused = (await _organizer.Patch($"/sessions/{sessionId}", new { seatCap = 1 })).Expect(
            409,
            "seats_taken"
        );
        Assert.That(refused["detail"].GetString(), Does.Contain("2"));

        _host.Time.Advance(Duration.FromMinutes(36)); // Its hold has lapsed; nothing has swept it.
        var shrunk = (await _organizer.Patch($"/sessions/{sessionId}", new { seatCap = 1 })).Expect(200);
        Assert.That(shrunk["seats"].ToString(), Is.EqualTo("""{"cap":1,"held":0,"confirmed":0,"available":1}"""));
    }

    [Test]
    public async Task A_session_whose_sale_is_over_is_not_published()
    {
        var session = (await _organizer.Post("/sessions", _host.Given.SessionBody())).Expect(201);
        (
            await _organizer.Patch(
                $"/sessions/{session.Id}",
                new { salesCloseAt = (_host.Time.Now + Duration.FromHours(1)).ToString() }
            )
        ).Expect(200);
        _host.Time.Advance(Duration.FromHours(1));
        (await _organizer.Post($"/sessions/{session.Id}/publish")).Expect(409, "session_not_on_sale");
    }

    [Test]
    public async Task Applications_are_decided_after_the_sale_and_end_with_the_session()
    {
        var sessionId = await _host.Given.PublishedSession(seatCap: 1, admission: "approval");
        var companies = await _host.Given.VettedCompanies(3);
        var first = await _host.Given.Hold(companies[0], sessionId);
        var second = await _host.Given.Hold(companies[1], sessionId);
        (await companies[2].Api.Post($"/sessions/{sessionId}/waitlist")).Expect(409, "admission_by_approval");

        (await _organizer.Post($"/sessions/{sessionId}/close")).Expect(200);
        var approved = (await _organizer.Post($"/reservations/{first}/approve")).Expect(200);
        (await _organizer.Post($"/reservations/{second}/approve")).Expect(409, "session_full");
        (await _organizer.Post($"/sessions/{sessionId}/complete")).Expect(200);

        Assert.That(approved["seatNumber"].GetInt32(), Is.EqualTo(1));
        Assert.That(
            (await companies[1].Api.Get($"/reservations/{second}"))["status"].GetString(),
            Is.EqualTo("expired")
        );
    }

    [Test]
    public async Task A_company_cannot_give_a_paid_seat_back_once_the_session_is_over()
    {
        var sessionId = await _host.Given.PublishedSession(price: 100);
        var company = await _host.Given.VettedCompany();
        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(company, sessionId);
        (await _organizer.Post($"/payments/{paymentId}/receive", Money("S-1"))).Expect(200);
        (await _organizer.Post($"/sessions/{sessionId}/close")).Expect(200);
        (await _organizer.Post($"/sessions/{sessionId}/complete")).Expect(409, "session_not_begun");
        await _host.Tamper(
            "UPDATE session SET begins_at = @Now WHERE id = @sessionId",
            new { _host.Time.Now, sessionId }
        );
        (await _organizer.Post($"/sessions/{sessionId}/complete")).Expect(200);

        (await company.Api.Post($"/reservations/{reservationId}/cancel", new { reason = "未参加" })).Expect(
            409,
            "session_begun"
        );
    }

    [Test]
    public async Task Late_money_takes_a_free_seat_though_the_sale_is_closed()
    {
        var sessionId = await _host.Given.PublishedSession(price: 100);
        var company = await _host.Given.VettedCompany();
        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(company, sessionId);
        _host.Time.Advance(Duration.FromDays(10));
        (await _organizer.Post($"/sessions/{sessionId}/close")).Expect(200);

        var received = (await _organizer.Post($"/payments/{paymentId}/receive", Money("S-2"))).Expect(200);

        Assert.That(received["status"].GetString(), Is.EqualTo("confirmed"));
        Assert.That(
            (await company.Api.Get($"/reservations/{reservationId}"))["status"].GetString(),
            Is.EqualTo("confirmed")
        );
        (await _organizer.Post($"/payments/{paymentId}/receive", Money("ｓ-2"))).Expect(409, "bank_serial_recorded");
    }

    [Test]
    public async Task Asking_for_a_payment_holds_to_if_match_and_to_the_vetting()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();
        var reservationId = await _host.Given.Hold(company, sessionId);
        var body = new { method = "bank_transfer" };

        (await company.Api.Post($"/reservations/{reservationId}/payments", body, ifMatch: "\"99\"")).Expect(
            412,
            "stale_version"
        );
        await _host.Tamper("UPDATE vetting SET status = 'revoked' WHERE company_id = @Id", new { company.Id });
        (await company.Api.Post($"/reservations/{reservationId}/payments", body)).Expect(403, "company_not_vetted");
    }

    object Money(string serial) =>
        new
        {
            bankSerial = serial,
            amount = new { amount = 100, currency = "CNY" },
            payerName = "示例企业",
            receivedOn = Zones.Today(_host.Time.Now),
        };
}
