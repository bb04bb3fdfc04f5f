using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using Microsoft.Extensions.Logging.Abstractions;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>The rows of the state table that Stripe's checkout walks, against the sandbox.</summary>
public class CheckoutTests : AtTheTill
{
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

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(200)]
    public async Task Payments_that_cannot_be_settled_keep_none_of_the_others_waiting(int pageSize)
    {
        var broken = await _till.Pay();
        var good = await _till.Pay();
        var brokenToo = await _till.Pay();
        foreach (var one in new[] { broken, brokenToo })
            await _till.Host.Tamper(
                "UPDATE checkout_attempt SET form = '?', status = 'opening', checkout_id = NULL WHERE payment_id = @PaymentId",
                new { one.PaymentId }
            );
        await _till.Advance(Duration.FromMinutes(40));

        var run = (
            await Assert.ThrowsAsync<AggregateException>(() =>
                new ReconcileCheckouts(
                    _till.Host.Data,
                    _till.Host.Get<StripeClient>(),
                    _till.Host.Get<Settings>(),
                    NullLogger<ReconcileCheckouts>.Instance
                )
                {
                    PageSize = pageSize,
                }.RunOnce(_till.Host.Time.Now)
            )
        )!;

        Assert.That(
            run.InnerExceptions.Select(one => one.Message),
            Is.EquivalentTo(new[] { broken, brokenToo }.Select(one => $"{one.PaymentId} could not be reconciled."))
        );
        Assert.That((await good.Status(), await good.Seat()), Is.EqualTo(("expired", "expired")));
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
    public async Task Undelivered_events_are_asked_for_again_soon_after_an_outage_and_daily_otherwise()
    {
        var events = _till.Host.Get<ReconcileEvents>();
        await (await _till.Pay()).Act("pay");
        await _till.Sandbox.Fault("GET", "/v1/events", "error_before", times: 3);

        Assert.That(await events.RunWhenDue(_till.Host.Time.Now), Is.Zero);
        Assert.That(
            _till.Host.Log.Lines.Select(line => line.GetProperty("level").GetString()!.ToLowerInvariant()),
            Has.Some.EqualTo("warning").And.None.EqualTo("error")
        );
        await _till.Advance(ReconcileEvents.Again);
        Assert.That(await events.RunWhenDue(_till.Host.Time.Now), Is.EqualTo(2));

        await (await _till.Pay()).Act("pay");
        await _till.Advance(Duration.FromHours(23));
        Assert.That(await events.RunWhenDue(_till.Host.Time.Now), Is.Zero);
        await _till.Advance(Duration.FromHours(1));
        Assert.That(await events.RunWhenDue(_till.Host.Time.Now), Is.EqualTo(2));
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
