using System.Text.Json;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform.Http;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>Which ways to pay are offered, and how a checkout is opened: once, whatever becomes of the call.</summary>
public class OpenCheckoutTests : AtTheTill
{
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
        // For longer than it was kept for the first, and the log says until when.
        var until = await _till.Host.Query<long>(
            "SELECT hold_expires_at FROM reservation WHERE id = @ReservationId",
            paying
        );
        Assert.That(
            await _till.Host.Query<string>(
                "SELECT after FROM audit WHERE action = 'reservation.kept_for_checkout' AND subject = @ReservationId",
                paying
            ),
            Does.Contain(JsonSerializer.Serialize(Instant.FromUnixTimeMilliseconds(until), Json.Options))
        );
        await paying.Act("pay");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [TestCase("leave", "expired")]
    [TestCase("pay", "confirmed")]
    public async Task Row_2_what_becomes_of_a_checkout_that_was_given_up_without_an_answer_is_known_by_its_events(
        string act,
        string ends
    )
    {
        await _till.Sandbox.Fault("POST", "/v1/checkout/sessions", "error_after"); // For a day, the same call gets the same 500.
        await _till.Sandbox.Fault("GET", "/v1/checkout/sessions", "drop_before", times: 3); // Nor is it found.
        var paying = await _till.Pay();
        var checkout = (await _till.Sandbox.Call("/v1/checkout/sessions")).GetProperty("data")[0].GetProperty("id");
        await _till.Sandbox.Act($"{_till.Sandbox.Url}/pay/{checkout}", act);
        await _till.Advance(Duration.FromHours(25));
        await _till.ReconcileCheckouts();
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("expired", "expired")));

        await _till.Deliver();
        await _till.Advance(Duration.FromHours(1)); // Whatever could not be worked on would be tried again, and fail again.
        await _till.Work();

        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo((ends, ends)));
        Assert.That(await _till.Ours("SELECT COUNT(*) FROM outbox"), Is.Zero);
        Assert.That(await _till.Ours("SELECT COUNT(*) FROM stripe_event WHERE handled_at IS NULL"), Is.Zero);
        await _till.BooksAgree();
    }

    [Test]
    public async Task Row_2_an_older_answer_does_not_open_the_next_attempt()
    {
        var paying = await _till.Pay();
        var first = await _till.Host.Data.Read(read => CheckoutTable.Latest(read, paying.PaymentId));
        var before = await _till.Host.Get<StripeClient>().GetCheckout(first!.CheckoutId!);
        await AskAgain(paying);
        await Close(paying);
        Assert.That(await paying.Status(), Is.EqualTo("opening"));

        await Checkouts.Apply(_till.Host.Data, first, before.Value, "worker:stripe", _till.Host.Time.Now);

        Assert.That(await paying.Status(), Is.EqualTo("opening"));
        await _till.Work();
        await paying.Act("pay");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task Row_6_a_message_that_comes_again_does_not_close_the_next_attempt()
    {
        var paying = await _till.Pay();
        await AskAgain(paying);
        await Close(paying);
        await Close(paying);
        await _till.Work();
        await Close(paying);

        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("open", "awaiting_payment")));
        Assert.That(await paying.Act("pay"), Is.LessThan(400));
    }

    /// <summary>The card is declined, and the buyer wants another page.</summary>
    async Task AskAgain(Paying paying)
    {
        await paying.Act("decline");
        await _till.Deliver();
        (await Till.Choose(paying.Company, paying.ReservationId)).Expect(201);
    }

    /// <summary>As a worker that is stopped before it has noted that it has done so.</summary>
    Task Close(Paying paying) =>
        CloseCheckout.Run(
            _till.Host.Data,
            _till.Host.Get<StripeClient>(),
            paying.PaymentId,
            _till.Host.Time.Now,
            CancellationToken.None
        );

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
}
