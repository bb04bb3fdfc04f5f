using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>The rows of the state table that Stripe's checkout walks, against the sandbox.</summary>
public class CheckoutTests
{
    Till _till = null!;

    [SetUp]
    public async Task Open() => _till = await Till.Open();

    [TearDown]
    public async Task Close() => await _till.DisposeAsync();

    [Test]
    public async Task Row_2_3_a_checkout_is_opened_from_the_outbox_paid_and_confirmed()
    {
        var paying = await _till.Pay();
        var open = (await paying.Payment()).Expect(200);
        Assert.That(open["status"].GetString(), Is.EqualTo("open"));
        Assert.That(open["url"].GetString(), Is.EqualTo(await paying.Page()));
        Assert.That(await paying.Seat(), Is.EqualTo("awaiting_payment"));

        Assert.That(await paying.Act("pay"), Is.EqualTo(302));
        await _till.Deliver();

        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        Assert.That(await paying.Seat(), Is.EqualTo("confirmed"));
        Assert.That((await paying.Payment()).Json.TryGetProperty("url", out _), Is.False);
        Assert.That(
            await _till.Host.Query<long>(
                "SELECT livemode FROM payment WHERE id = @PaymentId AND method = 'stripe'",
                paying
            ),
            Is.Zero
        );
        await _till.BooksAgree();
        await Books.AreInOrder(_till.Host, paying.SessionId);
        await Books.AuditIsWhole(_till.Host);
    }

    [Test]
    public async Task Without_Stripe_the_method_is_not_offered_and_there_is_no_webhook()
    {
        await using var host = await TestHost.Create();
        var company = await host.Given.VettedCompany();
        var reservationId = await host.Given.Hold(company, await host.Given.PublishedSession());
        Assert.That(await Offered(company, reservationId), Is.EqualTo(new[] { "bank_transfer" }));
        (await Till.Choose(company, reservationId)).Expect(409, "payment_method_unavailable");
        (await host.Anonymous.Post("/webhooks/stripe")).Expect(404);
    }

    [Test]
    public async Task What_Stripe_cannot_take_is_not_offered()
    {
        var company = await _till.Host.Given.VettedCompany();
        var reservationId = await _till.Host.Given.Hold(company, await _till.Host.Given.PublishedSession());
        Assert.That(await Offered(company, reservationId), Is.EqualTo(new[] { "bank_transfer", "stripe" }));
        await _till.Host.Tamper("UPDATE reservation SET price_amount = 100000000");
        Assert.That(await Offered(company, reservationId), Is.EqualTo(new[] { "bank_transfer" }));
        (await Till.Choose(company, reservationId)).Expect(409, "payment_method_unavailable");
    }

    [Test]
    public async Task Only_a_seat_that_is_to_be_paid_for_is_offered_ways_to_pay()
    {
        var company = await _till.Host.Given.VettedCompany();
        var chosen = await _till.Host.Given.Hold(company, await _till.Host.Given.PublishedSession());
        (await company.Api.ChooseTransfer(chosen)).Expect(201);
        Assert.That(await Offered(company, chosen), Is.Empty);

        var lapsed = await _till.Host.Given.Hold(company, await _till.Host.Given.PublishedSession());
        await _till.Advance(Duration.FromMinutes(36));
        Assert.That(await Offered(company, lapsed), Is.Empty);
    }

    static async Task<string?[]> Offered(TestCompany company, string reservationId) =>
        [
            .. (await company.Api.Get($"/reservations/{reservationId}/payment-methods"))
                .Expect(200)["methods"]
                .EnumerateArray()
                .Select(method => method.GetString()),
        ];

    [Test]
    public async Task Row_2_a_checkout_is_open_for_31_minutes_under_the_key_of_its_attempt_and_the_seat_5_longer()
    {
        var now = _till.Host.Time.Now;
        var paying = await _till.Pay();

        var checkout = (await _till.Sandbox.Call("/v1/checkout/sessions"))
            .GetProperty("data")
            .EnumerateArray()
            .Single();
        Assert.That(
            checkout.GetProperty("expires_at").GetInt64(),
            Is.EqualTo((now + Duration.FromMinutes(31)).ToUnixTimeSeconds())
        );
        Assert.That(await _till.Sandbox.KnowsKey($"co:{paying.PaymentId}.1"));
        Assert.That(await _till.Sandbox.KnowsKey($"co:{paying.PaymentId}.2"), Is.False);
        Assert.That(
            await _till.Ours("SELECT hold_expires_at FROM reservation"),
            Is.EqualTo((now + Duration.FromMinutes(36)).ToUnixTimeMilliseconds())
        );
    }

    [Test]
    public async Task Row_2_after_a_day_without_an_answer_another_attempt_is_opened_under_another_key()
    {
        await _till.Sandbox.Fault("POST", "/v1/checkout/sessions", "drop_after", times: 3);
        var paying = await _till.Pay();
        await _till.Advance(Duration.FromHours(25)); // Stripe has forgotten the key: nobody knows the first one's address.

        await _till.Work();

        Assert.That(await paying.Status(), Is.EqualTo("open"));
        Assert.That(await _till.Sandbox.KnowsKey($"co:{paying.PaymentId}.2"));
        await paying.Act("pay");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [TestCase("UPDATE payment SET amount = amount - 1")]
    [TestCase("UPDATE payment SET currency = 'USD'")]
    [TestCase("UPDATE checkout_attempt SET livemode = 1")]
    public async Task Row_3_money_that_is_not_what_was_asked_for_confirms_nobodys_seat(string otherwise)
    {
        var paying = await _till.Pay();
        await paying.Act("pay");
        await _till.Host.Tamper(otherwise);

        await _till.Deliver();
        await _till.ReconcileCheckouts();

        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("open", "awaiting_payment")));
        Assert.That(await _till.Ours("SELECT COUNT(*) FROM receipt"), Is.Zero);
    }

    [Test]
    public async Task Row_3_money_that_names_another_payment_confirms_nobodys_seat()
    {
        var paid = await _till.Pay();
        await paid.Act("pay");
        var checkout = (await paid.Page()).Split('/')[^1];
        await _till.Host.Tamper("UPDATE checkout_attempt SET checkout_id = NULL, status = 'dead'");
        var unpaid = await _till.Pay();
        await _till.Host.Tamper(
            "UPDATE checkout_attempt SET checkout_id = @checkout WHERE payment_id = @PaymentId",
            new { checkout, unpaid.PaymentId }
        );

        Assert.That((await unpaid.Check()).Expect(200)["status"].GetString(), Is.EqualTo("open"));

        Assert.That(await unpaid.Seat(), Is.EqualTo("awaiting_payment"));
        Assert.That(await _till.Ours("SELECT COUNT(*) FROM receipt"), Is.Zero);
    }

    [TestCase("drop_after")]
    [TestCase("drop_before")]
    [TestCase("rate_limit")]
    public async Task Row_2_a_call_that_got_no_answer_is_made_again_and_opens_one_checkout(string fault)
    {
        await _till.Sandbox.Fault("POST", "/v1/checkout/sessions", fault, times: fault == "rate_limit" ? 1 : 3);
        var paying = await _till.Pay();
        Assert.That(await paying.Status(), Is.EqualTo("opening"));

        for (var i = 0; i < 4 && await paying.Status() != "open"; i++)
        {
            await _till.Advance(Duration.FromSeconds(31));
            await _till.Work();
        }

        Assert.That(await paying.Status(), Is.EqualTo("open"));
        Assert.That((await _till.Sandbox.Books()).GetProperty("sessions").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task Row_2_parameters_that_have_grown_too_old_are_frozen_anew_under_another_key()
    {
        await _till.Sandbox.Fault("POST", "/v1/checkout/sessions", "error_before", times: 3);
        var paying = await _till.Pay();
        var dueAt = (await paying.Payment())["dueAt"].GetString();

        await _till.Advance(Duration.FromMinutes(3));
        await _till.Work();

        Assert.That(await paying.Status(), Is.EqualTo("open"));
        Assert.That((await paying.Payment())["dueAt"].GetString(), Is.Not.EqualTo(dueAt));
        Assert.That(await _till.Ours("SELECT MAX(number) FROM checkout_attempt"), Is.EqualTo(2));
        await paying.Act("pay");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task Row_3_the_return_page_settles_without_any_webhook()
    {
        var paying = await _till.Pay();
        Assert.That((await paying.Check()).Expect(200)["status"].GetString(), Is.EqualTo("open"));
        await paying.Act("pay");
        Assert.That((await paying.Check()).Expect(200)["status"].GetString(), Is.EqualTo("confirmed"));

        var stranger = await _till.Host.Given.VettedCompany();
        (await stranger.Api.Post($"/payments/{paying.PaymentId}/check")).Expect(404);
    }

    [Test]
    public async Task While_Stripe_cannot_be_asked_the_return_page_shows_what_is_known()
    {
        var paying = await _till.Pay();
        await paying.Act("pay");
        await _till.Sandbox.Fault("GET", "/v1/checkout/sessions", "error_before", times: 3);
        Assert.That((await paying.Check()).Expect(200)["status"].GetString(), Is.EqualTo("open"));
    }

    [Test]
    public async Task Row_6_7_an_unpaid_seat_is_held_until_Stripe_proves_that_it_cannot_be_paid()
    {
        var sessionId = await _till.Host.Given.PublishedSession(seatCap: 1);
        var paying = await _till.Pay(sessionId);
        var other = await _till.Host.Given.VettedCompany();
        await _till.Advance(Duration.FromMinutes(40));
        await _till.Sandbox.Fault("POST", "/v1/checkout/sessions", "rate_limit", times: 2);

        await _till.ReconcileCheckouts();
        await _till.Work();

        Assert.That(await paying.Status(), Is.EqualTo("expiring"));
        (await other.Api.Post($"/sessions/{sessionId}/reservations")).Expect(409, "session_full");
        var waiting = (await other.Api.Post($"/sessions/{sessionId}/waitlist")).Expect(201).Id;

        await _till.ReconcileCheckouts();

        Assert.That(await paying.Status(), Is.EqualTo("expired"));
        Assert.That(await paying.Seat(), Is.EqualTo("expired"));
        Assert.That((await other.Api.Get($"/waitlist/{waiting}"))["status"].GetString(), Is.EqualTo("promoted"));
        Assert.That(await paying.Act("pay"), Is.EqualTo(400));
        await Books.AreInOrder(_till.Host, sessionId);
    }

    [Test]
    public async Task Row_6_a_buyer_who_cancels_keeps_the_seat_until_the_page_is_closed()
    {
        var paying = await _till.Pay();
        (
            await paying.Company.Api.Post($"/reservations/{paying.ReservationId}/cancel", new { reason = "行程冲突" })
        ).Expect(200);
        Assert.That(await paying.Status(), Is.EqualTo("expiring"));

        await _till.Work();

        Assert.That(await paying.Seat(), Is.EqualTo("cancelled"));
        Assert.That(await paying.Status(), Is.EqualTo("expired"));
        Assert.That(await paying.Act("pay"), Is.EqualTo(400));
    }

    [Test]
    public async Task Row_6_who_cancels_after_paying_gets_all_of_it_back()
    {
        var paying = await _till.Pay();
        await paying.Act("pay");
        (
            await paying.Company.Api.Post($"/reservations/{paying.ReservationId}/cancel", new { reason = "行程冲突" })
        ).Expect(200);

        await _till.Work();
        await _till.Deliver();

        Assert.That(await paying.Seat(), Is.EqualTo("cancelled"));
        Assert.That(await paying.Status(), Is.EqualTo("refunded"));
        Assert.That((await _till.Sandbox.Books()).GetProperty("refunded").GetInt64(), Is.EqualTo(3_880_000));
        await _till.BooksAgree();
    }

    [Test]
    public async Task Row_4_5_money_under_way_keeps_the_seat_whatever_the_clock_says()
    {
        var paying = await _till.Pay();
        await paying.Act("later");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("processing"));

        await _till.Advance(Duration.FromDays(2));
        await _till.ReconcileCheckouts();
        await _till.Work();
        Assert.That(await paying.Seat(), Is.EqualTo("awaiting_payment"));

        await paying.Act("arrive");
        await _till.ReconcileCheckouts();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Row_5_money_that_does_not_come_frees_the_seat(bool newestFirst)
    {
        var paying = await _till.Pay();
        await paying.Act("later");
        await paying.Act("bounce");
        await _till.Deliver(newestFirst: newestFirst);
        Assert.That(await paying.Status(), Is.EqualTo("failed"));
        Assert.That(await paying.Seat(), Is.EqualTo("expired"));
        // And the company may try again.
        await _till.Paid(paying.SessionId, paying.Company);
    }

    [TestCase("""{"id":"evt_1","type":"checkout.session.completed","data":{"object":{}}}""", null)]
    [TestCase("not JSON", "t=1,v1=00")]
    [TestCase("", "")]
    public async Task A_webhook_that_is_not_Stripes_is_refused(string body, string? signature) =>
        (await _till.Post(body, signature)).Expect(400, "malformed_request");

    [Test]
    public async Task An_event_of_the_live_account_is_refused_by_a_test_account()
    {
        var body =
            """{"id":"evt_1","type":"checkout.session.completed","livemode":true,"data":{"object":{"id":"cs_1"}}}""";
        var now = _till.Host.Time.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var v1 = ClosedDoor.Features.Payments.Stripe.StripeSignature.Compute(
            System.Text.Encoding.UTF8.GetBytes(body),
            now,
            Sandbox.WebhookSecret
        );
        (await _till.Post(body, $"t={now},v1={v1}")).Expect(400, "malformed_request");
    }

    [Test]
    public async Task Row_3_events_that_were_never_delivered_are_fetched()
    {
        var paying = await _till.Pay();
        await paying.Act("pay");
        Assert.That(await _till.ReconcileEvents(), Is.EqualTo(2)); // The intent's and the session's; the rest concerns nobody.
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        Assert.That(await _till.ReconcileEvents(), Is.Zero);
    }
}
