using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>
/// Stripe keeps what a call has come to under its key for a day, a 500 as well. That must block no seat, and never may two
/// checkouts of a seat be paid without both being known.
/// </summary>
public class KeptFailureTests : AtTheTill
{
    const string Checkouts = "/v1/checkout/sessions";

    [Test]
    public async Task A_session_that_a_failed_call_has_opened_is_found_and_is_the_only_one()
    {
        await _till.Sandbox.Fault("POST", Checkouts, "error_after");

        var paying = await _till.Pay();

        Assert.That(await paying.Status(), Is.EqualTo("open"));
        Assert.That(await Sessions(), Is.EqualTo(1));
        Assert.That(await Attempts(), Is.EqualTo(1));
        await PayAndSettle(paying);
    }

    [Test]
    public async Task Where_nothing_was_opened_the_next_attempt_follows_under_another_key()
    {
        await _till.Sandbox.Fault("POST", Checkouts, "error_kept");
        var paying = await _till.Pay();
        Assert.That((await paying.Status(), await Attempts()), Is.EqualTo(("opening", 1L)), "Not at once.");

        await _till.Advance(Duration.FromSeconds(31));
        await _till.Work();

        Assert.That(await paying.Status(), Is.EqualTo("open"));
        Assert.That((await Attempts(), await Sessions()), Is.EqualTo((2L, 1L)));
        await PayAndSettle(paying);
    }

    [Test]
    public async Task A_session_that_shows_late_and_is_paid_too_is_known_and_its_money_goes_back()
    {
        await _till.Sandbox.Fault("POST", Checkouts, "error_kept");
        var paying = await _till.Pay();
        await _till.Advance(Duration.FromSeconds(31));
        await _till.Work();
        var late = await OpenedByTheFirstCall(paying);

        await PayAndSettle(paying);
        Assert.That((await _till.Sandbox.Act(late, "pay")).Status, Is.LessThan(400));
        await _till.Deliver();
        await _till.Deliver();

        Assert.That(await _till.Ours("SELECT COUNT(*) FROM receipt"), Is.EqualTo(2));
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("confirmed", "confirmed")));
        Assert.That(await Refunded(), Is.EqualTo(Moves.Price));
        await _till.BooksAgree();
    }

    [Test]
    public async Task A_session_that_shows_late_and_runs_out_takes_nothing_from_the_next()
    {
        await _till.Sandbox.Fault("POST", Checkouts, "error_kept");
        var paying = await _till.Pay();
        await _till.Advance(Duration.FromSeconds(31));
        await _till.Work();
        var late = await OpenedByTheFirstCall(paying);

        Assert.That((await _till.Sandbox.Act(late, "leave")).Status, Is.LessThan(400));
        await _till.Sandbox.Call($"{Checkouts}/{late.Split('/')[^1]}/expire", ("expand[0]", "payment_intent"));
        await _till.Deliver();

        Assert.That(await paying.Status(), Is.EqualTo("open"));
        await PayAndSettle(paying);
    }

    [Test]
    public async Task An_outage_that_lasts_uses_up_few_keys_and_then_the_seat_is_free()
    {
        await _till.Sandbox.Fault("POST", Checkouts, "error_kept", times: 1000);
        var paying = await _till.Pay();
        for (var minutes = 0; minutes < 120 && await paying.Seat() != "expired"; minutes++)
        {
            await _till.Advance(Duration.FromMinutes(1));
            await _till.Work();
            await _till.ReconcileCheckouts();
        }

        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("expired", "expired")));
        Assert.That(await Attempts(), Is.InRange(4, 9));
    }

    [Test]
    public async Task A_seat_whose_page_could_not_be_closed_under_its_key_is_freed_under_another()
    {
        var paying = await _till.Pay();
        await _till.Sandbox.Fault("POST", $"{Checkouts}/", "error_kept");
        await GiveUp(paying);

        await _till.Work();

        Assert.That(await paying.Seat(), Is.EqualTo("cancelled"));
        Assert.That((await _till.Sandbox.Books()).GetProperty("open").GetInt64(), Is.Zero);
    }

    [Test]
    public async Task A_seat_that_is_given_up_waits_for_a_session_that_shows_late()
    {
        await _till.Sandbox.Fault("POST", Checkouts, "error_kept");
        var paying = await _till.Pay();
        await GiveUp(paying);
        await _till.Work();
        Assert.That(await paying.Seat(), Is.EqualTo("awaiting_payment"), "Not at once.");
        await OpenedByTheFirstCall(paying);

        await _till.Advance(Duration.FromSeconds(31));
        await _till.Work();

        Assert.That(await paying.Seat(), Is.EqualTo("cancelled"));
        Assert.That((await _till.Sandbox.Books()).GetProperty("open").GetInt64(), Is.Zero);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Money_that_a_session_brings_which_shows_after_its_seat_was_given_up_waits_a_day_and_goes_back(
        bool webhookIsLost
    )
    {
        await _till.Sandbox.Fault("POST", Checkouts, "error_kept");
        var paying = await _till.Pay();
        await GiveUp(paying);
        await _till.Work();
        await _till.Advance(Duration.FromSeconds(31));
        await _till.Work();
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("expired", "cancelled")));
        var late = await OpenedByTheFirstCall(paying);

        Assert.That((await _till.Sandbox.Act(late, "pay")).Status, Is.LessThan(400));
        if (webhookIsLost)
            await _till.ReconcileEvents();
        else
            await _till.Deliver();

        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("refund_due", "cancelled")));
        await _till.BooksAgree();
        await _till.Advance(Duration.FromHours(23));
        await _till.Work();
        Assert.That(await Refunded(), Is.Zero, "its company may still want the next session");
        await _till.Advance(Duration.FromHours(2));
        await _till.Work();
        await _till.Deliver();
        await _till.ReconcileRefunds();
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("refunded", "cancelled")));
        Assert.That(await Refunded(), Is.EqualTo(Moves.Price));
        Assert.That(await _till.Sandbox.KnowsKey($"rf:late:{await paying.Intent()}"));
        Assert.That(await _till.Host.Data.Read(CheckLedger.Faults), Is.Empty);
        await _till.BooksAgree();
        await Books.AreInOrder(_till.Host, paying.SessionId);
    }

    [Test]
    public async Task A_refund_whose_failure_is_kept_is_asked_for_anew_once_the_key_is_forgotten()
    {
        var paying = await WithItsRefundFailing(_till);

        await DayPasses(_till);

        Assert.That(await paying.Status(), Is.EqualTo("refunded"));
        Assert.That(await Refunded(), Is.EqualTo(Moves.Price));
        await _till.BooksAgree();
    }

    [Test]
    public async Task Refunded_in_the_dashboard_instead_of_waiting_for_that_it_is_not_paid_twice()
    {
        await using var till = await Till.Open(("CLOSEDDOOR_REFUND_POLICY", "0:50"));
        var finance = await till.Host.Given.Owner();
        var paying = await WithItsRefundFailing(till);

        await till.Sandbox.Call(
            "/v1/refunds",
            ("payment_intent", await paying.Intent()),
            ("amount", $"{Moves.Price / 2}")
        );
        await till.Deliver();
        await DayPasses(till);

        Assert.That(await Refunded(till), Is.EqualTo(Moves.Price / 2));
        Assert.That(
            (await finance.RefundsOf($"paymentId={paying.PaymentId}")).Select(refund => refund.Status),
            Is.EquivalentTo(["withdrawn", "external_refund"])
        );
        Assert.That(await paying.Status(), Is.EqualTo("refunded"));
        Assert.That(await till.Host.Data.Read(CheckLedger.Faults), Is.Empty);
        await till.BooksAgree();
        await Books.AreInOrder(till.Host, paying.SessionId);
    }

    [Test]
    public async Task What_was_paid_twice_for_a_seat_that_stands_is_refunded_once_though_somebody_does_it_in_the_dashboard()
    {
        await using var till = await Till.Open(("CLOSEDDOOR_REFUND_POLICY", "0:50"));
        await till.Sandbox.Fault("POST", Checkouts, "error_kept");
        var paying = await till.Pay();
        await till.Advance(Duration.FromSeconds(31));
        await till.Work();
        var late = await OpenedByTheFirstCall(till, paying);
        await PayAndSettle(till, paying);
        await till.Sandbox.Fault("POST", "/v1/refunds", "error_kept");
        Assert.That((await till.Sandbox.Act(late, "pay")).Status, Is.LessThan(400));
        await till.Deliver();
        await FailsForHours(till);
        Assert.That(await paying.Status(), Is.EqualTo("overpaid"));

        await till.Sandbox.Call(
            "/v1/refunds",
            (
                "payment_intent",
                await till.Host.Query<string>(
                    "SELECT serial FROM receipt WHERE id NOT IN (SELECT receipt_id FROM refund)"
                )
            ),
            ("amount", $"{Moves.Price}")
        );
        await till.Deliver();
        await DayPasses(till);

        Assert.That(await Refunded(till), Is.EqualTo(Moves.Price));
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("confirmed", "confirmed")));
        Assert.That(await till.Host.Data.Read(CheckLedger.Faults), Is.Empty);
        await till.BooksAgree();
        await GiveUp(paying);
        Assert.That(
            (await (await till.Host.Given.Owner()).RefundsOf($"paymentId={paying.PaymentId}")).Select(refund =>
                (refund.Status, refund.Amount)
            ),
            Is.EquivalentTo([
                ("withdrawn", Moves.Price),
                ("external_refund", Moves.Price),
                ("awaiting_approval", Moves.Price / 2),
            ]),
            "Of the whole price: nothing of it was given away."
        );
        await till.BooksAgree();
        await Books.AreInOrder(till.Host, paying.SessionId);
    }

    /// <summary>A seat that is paid and given up, and Stripe fails at the refund and keeps to that.</summary>
    static async Task<Paying> WithItsRefundFailing(Till till)
    {
        var paying = await till.Paid();
        await till.Sandbox.Fault("POST", "/v1/refunds", "error_kept");
        await GiveUp(paying);
        await FailsForHours(till);
        Assert.That(await paying.Status(), Is.EqualTo("refund_due"));
        return paying;
    }

    static async Task FailsForHours(Till till)
    {
        for (var hours = 0; hours < 4; hours++)
        {
            await till.Work();
            await till.ReconcileRefunds();
            await till.Advance(Duration.FromHours(1));
        }
        Assert.That(await Refunded(till), Is.Zero);
    }

    static async Task DayPasses(Till till)
    {
        await till.Advance(Duration.FromHours(21));
        await till.ReconcileRefunds();
        await till.Work();
        await till.Deliver();
    }

    Task<long> Refunded() => Refunded(_till);

    static async Task<long> Refunded(Till till) => (await till.Sandbox.Books()).GetProperty("refunded").GetInt64();

    static async Task GiveUp(Paying paying)
    {
        var reservation = await paying.Company.Api.Get($"/reservations/{paying.ReservationId}");
        (
            await paying.Company.Api.Post(
                $"/reservations/{paying.ReservationId}/cancel",
                new { reason = "行程冲突" },
                ifMatch: reservation.ETag!
            )
        ).Expect(200);
    }

    /// <summary>As if Stripe had listed only now what the first attempt's call has opened. The page.</summary>
    Task<string> OpenedByTheFirstCall(Paying paying) => OpenedByTheFirstCall(_till, paying);

    static async Task<string> OpenedByTheFirstCall(Till till, Paying paying)
    {
        var form = await till.Host.Query<string>(
            "SELECT form FROM checkout_attempt WHERE payment_id = @PaymentId AND number = 1",
            new { paying.PaymentId }
        );
        var frozen = System.Text.Json.JsonSerializer.Deserialize<string[][]>(form)!;
        var made = await till.Sandbox.Call(Checkouts, [.. frozen.Select(pair => (pair[0], pair[1]))]);
        return $"{till.Sandbox.Url}/pay/{made.GetProperty("id").GetString()}";
    }

    Task PayAndSettle(Paying paying) => PayAndSettle(_till, paying);

    static async Task PayAndSettle(Till till, Paying paying)
    {
        await paying.Act("pay");
        await till.Deliver();
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("confirmed", "confirmed")));
        await till.BooksAgree();
    }

    Task<long> Attempts() => _till.Ours("SELECT MAX(number) FROM checkout_attempt");

    async Task<long> Sessions() => (await _till.Sandbox.Books()).GetProperty("sessions").GetInt64();
}
