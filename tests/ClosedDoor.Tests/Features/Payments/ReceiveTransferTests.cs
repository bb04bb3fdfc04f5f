using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

public class ReceiveTransferTests
{
    TestHost _host = null!;
    ApiClient _finance = null!;
    TestCompany _company = null!;
    string _sessionId = null!;
    string _reservationId = null!;
    string _paymentId = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _finance = await _host.Given.Organizer(Permission.Finance);
        _company = await _host.Given.VettedCompany();
        _sessionId = await _host.Given.PublishedSession(seatCap: 1);
        (_reservationId, _paymentId) = await _host.Given.AwaitingTransfer(_company, _sessionId);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    [Test]
    public async Task Row_9_the_exact_price_confirms_the_seat()
    {
        var paid = (await _finance.Receive(_host, _paymentId)).Expect(200);

        Expect(paid, "confirmed", received: Moves.Price, refundDue: 0);
        var reservation = (await _company.Api.Get($"/reservations/{_reservationId}")).Expect(200);
        Assert.That(reservation["status"].GetString(), Is.EqualTo("confirmed"));
        Assert.That(reservation["holdExpiresAt"].GetString(), Is.Null);
        _host.Time.Advance(Duration.FromDays(20));
        await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 0L, 1L, 0L)));
    }

    [Test]
    public async Task Row_10_too_little_waits_for_the_rest_and_extends_nothing()
    {
        var before = (await _company.Api.Get($"/reservations/{_reservationId}"))["holdExpiresAt"].GetString();

        Expect(
            (await _finance.Receive(_host, _paymentId, Moves.Price - 1)).Expect(200),
            "underpaid",
            Moves.Price - 1,
            0
        );
        var reservation = (await _company.Api.Get($"/reservations/{_reservationId}")).Expect(200);
        Assert.That(reservation["status"].GetString(), Is.EqualTo("awaiting_payment"));
        Assert.That(reservation["holdExpiresAt"].GetString(), Is.EqualTo(before));

        Expect((await _finance.Receive(_host, _paymentId, 1)).Expect(200), "confirmed", Moves.Price, 0);
        Assert.That(await _host.StatusOf(_reservationId), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task Row_10_too_much_confirms_the_seat_and_the_rest_is_due_back()
    {
        Expect(
            (await _finance.Receive(_host, _paymentId, Moves.Price + 5)).Expect(200),
            "overpaid",
            Moves.Price + 5,
            5
        );
        Assert.That(await _host.StatusOf(_reservationId), Is.EqualTo("confirmed"));
        Expect((await _finance.Receive(_host, _paymentId, 7)).Expect(200), "overpaid", Moves.Price + 12, 12);
    }

    [Test]
    public async Task Money_sent_twice_is_overpaid()
    {
        (await _finance.Receive(_host, _paymentId)).Expect(200);

        Expect((await _finance.Receive(_host, _paymentId)).Expect(200), "overpaid", 2 * Moves.Price, Moves.Price);
    }

    [Test]
    public async Task Row_9_10_a_bank_serial_counts_once()
    {
        (await _finance.Receive(_host, _paymentId, 100, "S-1")).Expect(200);
        var other = await _host.Given.AwaitingTransfer(
            await _host.Given.VettedCompany(),
            await _host.Given.PublishedSession()
        );

        (await _finance.Receive(_host, _paymentId, 100, "S-1")).Expect(409, "bank_serial_recorded");
        (await _finance.Receive(_host, other.PaymentId, 100, " S-1 ")).Expect(409, "bank_serial_recorded");

        Expect(await _finance.Get($"/payments/{_paymentId}"), "underpaid", 100, 0);
        Expect(await _finance.Get($"/payments/{other.PaymentId}"), "awaiting_transfer", 0, 0);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Row_8_11_late_money_takes_a_seat_that_is_free(bool swept)
    {
        await Lapse(swept);

        Expect((await _finance.Receive(_host, _paymentId)).Expect(200), "confirmed", Moves.Price, 0);
        Assert.That(await _host.StatusOf(_reservationId), Is.EqualTo("confirmed"));
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 0L, 1L, 0L)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Row_8_11_late_money_without_a_free_seat_is_due_back(bool swept)
    {
        await Lapse(swept);
        await _host.Given.Hold(await _host.Given.VettedCompany(), _sessionId);

        Expect((await _finance.Receive(_host, _paymentId)).Expect(200), "refund_due", Moves.Price, Moves.Price);
        Assert.That(await _host.StatusOf(_reservationId), Is.EqualTo("expired"));
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 1L, 0L, 0L)));
    }

    [Test]
    public async Task Late_money_that_is_too_little_is_due_back()
    {
        await Lapse(swept: true);

        Expect((await _finance.Receive(_host, _paymentId, 100)).Expect(200), "refund_due", 100, 100);
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 0L, 0L, 1L)));
    }

    [Test]
    public async Task Late_money_of_a_company_that_has_booked_again_is_due_back()
    {
        await Lapse(swept: true);
        var again = await _host.Given.Hold(_company, _sessionId);

        Expect((await _finance.Receive(_host, _paymentId)).Expect(200), "refund_due", Moves.Price, Moves.Price);
        Assert.That(await _host.StatusOf(again), Is.EqualTo("held"));
    }

    [Test]
    public async Task Money_after_a_cancellation_is_due_back()
    {
        (await _company.Api.Cancel(_reservationId)).Expect(200);
        Expect(await _finance.Get($"/payments/{_paymentId}"), "cancelled", 0, 0);

        Expect((await _finance.Receive(_host, _paymentId)).Expect(200), "refund_due", Moves.Price, Moves.Price);
        Assert.That(await _host.StatusOf(_reservationId), Is.EqualTo("cancelled"));
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 0L, 0L, 1L)));
    }

    [TestCase(1_000_000)]
    [TestCase(Moves.Price)]
    [TestCase(Moves.Price + 100)]
    public async Task What_was_paid_for_a_seat_that_is_cancelled_is_due_back(long paid)
    {
        (await _finance.Receive(_host, _paymentId, paid)).Expect(200);

        (await _company.Api.Cancel(_reservationId)).Expect(200);

        Expect(await _finance.Get($"/payments/{_paymentId}"), "refund_due", paid, paid);
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((1L, 0L, 0L, 1L)));
    }

    [Test]
    public async Task Only_finance_records_money()
    {
        (await _host.Anonymous.Receive(_host, _paymentId)).Expect(401, "unauthenticated");
        (await _company.Api.Receive(_host, _paymentId)).Expect(403, "forbidden");
        foreach (var other in new[] { Permission.Organize, Permission.Review, Permission.Door })
            (await (await _host.Given.Organizer(other)).Receive(_host, _paymentId)).Expect(403, "forbidden");
        (await _finance.Receive(_host, $"pay_{new string('0', 26)}")).Expect(404, "not_found");

        Expect(await _finance.Get($"/payments/{_paymentId}"), "awaiting_transfer", 0, 0);
        (await (await _host.Given.Owner()).Receive(_host, _paymentId)).Expect(200);
    }

    [Test]
    public async Task What_is_missing_or_impossible_is_named()
    {
        var path = $"/payments/{_paymentId}/receive";

        var empty = (await _finance.Post(path)).Expect(422, "invalid_fields");
        var wrong = (
            await _finance.Post(
                path,
                new
                {
                    bankSerial = new string('1', 65),
                    amount = new { amount = 0, currency = "USD" },
                    payerName = " ",
                    receivedOn = "2026-03-03",
                }
            )
        ).Expect(422, "invalid_fields");

        Assert.That(
            empty["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(["bankSerial", "amount", "payerName", "receivedOn"])
        );
        Assert.That(
            wrong["errors"].EnumerateObject().Select(error => error.Name),
            Is.EquivalentTo(["bankSerial", "amount.amount", "amount.currency", "payerName", "receivedOn"])
        );
    }

    [Test]
    public async Task Money_recorded_on_a_version_that_is_over_is_refused()
    {
        var tag = (await _finance.Get($"/payments/{_paymentId}")).Expect(200).ETag!;
        (await _finance.Receive(_host, _paymentId, 100)).Expect(200);

        (
            await _finance.Post(
                $"/payments/{_paymentId}/receive",
                new
                {
                    bankSerial = "S-2",
                    amount = new { amount = 100, currency = "CNY" },
                    payerName = "示例企业",
                    receivedOn = "2026-03-02",
                },
                ifMatch: tag
            )
        ).Expect(412, "stale_version");
    }

    async Task Lapse(bool swept)
    {
        _host.Time.Advance(Duration.FromDays(10));
        if (swept)
            await new SweepReservations(_host.Data).RunOnce(_host.Time.Now);
    }

    static void Expect(Reply payment, string status, long received, long refundDue) =>
        Assert.That(
            (
                payment.Expect(200)["status"].GetString(),
                payment["received.amount"].GetInt64(),
                payment["refundDue.amount"].GetInt64()
            ),
            Is.EqualTo((status, received, refundDue))
        );
}
