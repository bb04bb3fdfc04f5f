using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

public class BankTransferTests
{
    TestHost _host = null!;
    ApiClient _finance = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Row_9_a_transfer_names_payee_reference_amount_and_the_third_working_day()
    {
        var company = await _host.Given.VettedCompany();
        var held = (await company.Api.Reserve(await _host.Given.PublishedSession())).Expect(201);

        var payment = (await company.Api.ChooseTransfer(held.Id)).Expect(201);

        Assert.That(payment["status"].GetString(), Is.EqualTo("awaiting_transfer"));
        Assert.That(payment["method"].GetString(), Is.EqualTo("bank_transfer"));
        Assert.That(payment["reservationId"].GetString(), Is.EqualTo(held.Id));
        Assert.That(payment["reference"].GetString(), Is.EqualTo(held["code"].GetString()));
        Assert.That(
            payment["payee"].ToString(),
            Is.EqualTo("""{"name":"示例主办方","account":"110000000000000001","bank":"示例银行北京分行"}""")
        );
        Assert.That(payment["amount.amount"].GetInt64(), Is.EqualTo(Moves.Price));
        Assert.That(payment["received.amount"].GetInt64(), Is.Zero);
        Assert.That(payment["refundDue.amount"].GetInt64(), Is.Zero);
        // Monday the 2nd: Tuesday, Wednesday, Thursday; Friday and Monday for the banks.
        Assert.That(payment["dueAt"].GetString(), Is.EqualTo("2026-03-05T16:00:00Z"));
        Assert.That(payment["dueCountedInCalendarDays"].GetBoolean(), Is.False);
        Assert.That(payment.Headers["Location"], Is.EqualTo($"/api/v1/payments/{payment.Id}"));
        var reservation = (await company.Api.Get($"/reservations/{held.Id}")).Expect(200);
        Assert.That(reservation["status"].GetString(), Is.EqualTo("awaiting_payment"));
        Assert.That(reservation["holdExpiresAt"].GetString(), Is.EqualTo("2026-03-09T16:00:00Z"));
        Assert.That((await company.Api.Get($"/payments/{payment.Id}")).Expect(200).Text, Is.EqualTo(payment.Text));
    }

    // The National Day week, and the Saturday that is worked for it.
    [TestCase(9, 30, "2026-10-10T16:00:00Z", "2026-10-13T16:00:00Z", false)]
    // The Saturday and Sunday before count for nothing.
    [TestCase(8, 1, "2026-08-05T16:00:00Z", "2026-08-07T16:00:00Z", false)]
    // The calendar of the next year is not published yet.
    [TestCase(12, 30, "2027-01-02T16:00:00Z", "2027-01-04T16:00:00Z", true)]
    public async Task Row_11_deadlines_and_the_banks_two_days_count_working_days_where_they_are_known(
        int month,
        int day,
        string due,
        string keptUntil,
        bool inCalendarDays
    )
    {
        _host.Time.Advance(Instant.FromUtc(2026, month, day, 2, 0) - _host.Time.Now);
        var company = await _host.Given.VettedCompany();

        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(
            company,
            await _host.Given.PublishedSession()
        );

        var payment = (await company.Api.Get($"/payments/{paymentId}")).Expect(200);
        Assert.That(payment["dueAt"].GetString(), Is.EqualTo(due));
        Assert.That(payment["dueCountedInCalendarDays"].GetBoolean(), Is.EqualTo(inCalendarDays));
        var reservation = (await company.Api.Get($"/reservations/{reservationId}")).Expect(200);
        Assert.That(reservation["holdExpiresAt"].GetString(), Is.EqualTo(keptUntil));
    }

    [Test]
    public async Task The_day_is_the_one_in_Beijing()
    {
        // 23:59 on Sunday and 0:00 on Monday, the 9th.
        _host.Time.Advance(Instant.FromUtc(2026, 3, 8, 15, 59) - _host.Time.Now);
        var sessionId = await _host.Given.PublishedSession();
        var companies = await _host.Given.VettedCompanies(2);
        var (_, before) = await _host.Given.AwaitingTransfer(companies[0], sessionId);
        _host.Time.Advance(Duration.FromMinutes(1));
        var (_, after) = await _host.Given.AwaitingTransfer(companies[1], sessionId);

        Assert.That(
            (await _finance.Get($"/payments/{before}"))["dueAt"].GetString(),
            Is.EqualTo("2026-03-11T16:00:00Z")
        );
        Assert.That(
            (await _finance.Get($"/payments/{after}"))["dueAt"].GetString(),
            Is.EqualTo("2026-03-12T16:00:00Z")
        );
    }

    [Test]
    public async Task A_method_that_is_not_offered_leaves_the_hold_as_it_is()
    {
        var company = await _host.Given.VettedCompany();
        var held = (await company.Api.Reserve(await _host.Given.PublishedSession())).Expect(201);
        var path = $"/reservations/{held.Id}/payments";

        (await company.Api.Post(path, new { method = "stripe" })).Expect(409, "payment_method_unavailable");
        foreach (var body in new object[] { new { method = "cash" }, new { } })
        {
            var refused = (await company.Api.Post(path, body)).Expect(422, "invalid_fields");
            Assert.That(refused["errors"].EnumerateObject().Single().Name, Is.EqualTo("method"));
        }

        Assert.That((await company.Api.Get($"/reservations/{held.Id}")).Text, Is.EqualTo(held.Text));
    }

    [TestCase("CLOSEDDOOR_PAYEE_NAME")]
    [TestCase("CLOSEDDOOR_PAYEE_ACCOUNT")]
    [TestCase("CLOSEDDOOR_PAYEE_BANK")]
    public async Task Without_a_payees_account_no_transfer_is_asked_for(string missing)
    {
        await using var host = await TestHost.Create((missing, ""));
        var company = await host.Given.VettedCompany();
        var held = await host.Given.Hold(company, await host.Given.PublishedSession());

        (await company.Api.ChooseTransfer(held)).Expect(409, "payment_method_unavailable");
    }

    [Test]
    public async Task Only_a_live_hold_without_a_payment_is_paid()
    {
        var sessionId = await _host.Given.PublishedSession();
        var company = await _host.Given.VettedCompany();

        var cancelled = await _host.Given.Hold(company, sessionId);
        (await company.Api.Cancel(cancelled)).Expect(200);
        (await company.Api.ChooseTransfer(cancelled)).Expect(409, "wrong_reservation_status");

        var lapsed = await _host.Given.Hold(company, sessionId);
        _host.Time.Advance(Duration.FromMinutes(36));
        (await company.Api.ChooseTransfer(lapsed)).Expect(409, "hold_lapsed");

        var (paid, _) = await _host.Given.AwaitingTransfer(company, sessionId);
        (await company.Api.ChooseTransfer(paid)).Expect(409, "payment_exists");

        var applied = await _host.Given.Hold(company, await _host.Given.PublishedSession(admission: "approval"));
        (await company.Api.ChooseTransfer(applied)).Expect(409, "wrong_reservation_status");
    }

    [Test]
    public async Task Who_may_ask_for_a_payment()
    {
        var company = await _host.Given.VettedCompany();
        var other = await _host.Given.VettedCompany();
        var held = await _host.Given.Hold(company, await _host.Given.PublishedSession());

        (await _host.Anonymous.ChooseTransfer(held)).Expect(401, "unauthenticated");
        (await other.Api.ChooseTransfer(held)).Expect(404, "not_found");
        (await _finance.ChooseTransfer(held)).Expect(403, "forbidden");
        (await (await _host.Given.Organizer(Permission.Organize)).ChooseTransfer(held)).Expect(201);
    }

    [Test]
    public async Task A_company_sees_its_own_payments_and_organizers_see_all()
    {
        var sessions = new[] { await _host.Given.PublishedSession(), await _host.Given.PublishedSession() };
        var companies = await _host.Given.VettedCompanies(2);
        var (reservationId, mine) = await _host.Given.AwaitingTransfer(companies[0], sessions[0]);
        _host.Time.Advance(Duration.FromMilliseconds(1));
        var (_, theirs) = await _host.Given.AwaitingTransfer(companies[1], sessions[0]);
        _host.Time.Advance(Duration.FromMilliseconds(1));
        var (_, elsewhere) = await _host.Given.AwaitingTransfer(companies[0], sessions[1]);
        (await companies[0].Api.Cancel(reservationId)).Expect(200);

        (await companies[0].Api.Get($"/payments/{mine}")).Expect(200);
        (await companies[0].Api.Get($"/payments/{theirs}")).Expect(404, "not_found");
        (await _host.Anonymous.Get("/payments")).Expect(401, "unauthenticated");
        Assert.That(await Listed(companies[0].Api, ""), Is.EqualTo([mine, elsewhere]));
        Assert.That(await Listed(companies[0].Api, $"?sessionId={sessions[0]}"), Is.EqualTo([mine]));
        Assert.That(await Listed(_finance, ""), Is.EqualTo([mine, theirs, elsewhere]));
        Assert.That(await Listed(_finance, $"?sessionId={sessions[0]}&status=cancelled"), Is.EqualTo([mine]));
        Assert.That(await Listed(_finance, "?status=awaiting_transfer"), Is.EqualTo([theirs, elsewhere]));
        (await _finance.Get("/payments?status=lost")).Expect(422, "invalid_fields");
        var first = (await _finance.Get("/payments?limit=2")).Expect(200);
        Assert.That(await Listed(_finance, $"?limit=2&cursor={first["nextCursor"]}"), Is.EqualTo([elsewhere]));
    }

    [Test]
    public async Task Row_11_an_unpaid_transfer_expires_and_a_part_of_the_money_is_due_back()
    {
        var sessionId = await _host.Given.PublishedSession();
        var companies = await _host.Given.VettedCompanies(2);
        var (_, unpaid) = await _host.Given.AwaitingTransfer(companies[0], sessionId);
        var (_, part) = await _host.Given.AwaitingTransfer(companies[1], sessionId);
        (await _finance.Receive(_host, part, 1_000_000)).Expect(200);
        _host.Time.Advance(Duration.FromDays(10));

        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);

        Assert.That((await _finance.Get($"/payments/{unpaid}"))["status"].GetString(), Is.EqualTo("expired"));
        var refund = await _finance.Get($"/payments/{part}");
        Assert.That(refund["status"].GetString(), Is.EqualTo("refund_due"));
        Assert.That(refund["refundDue.amount"].GetInt64(), Is.EqualTo(1_000_000));
        Assert.That(await _host.Anonymous.Seats(sessionId), Is.EqualTo((8L, 0L, 0L, 8L)));
    }

    static async Task<string[]> Listed(ApiClient caller, string query) =>
        [
            .. (await caller.Get($"/payments{query}"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(payment => payment.GetProperty("id").GetString()!),
        ];
}
