using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>What went wrong for others who take payments by webhook, each under the number of its report.</summary>
public class StripeMistakesTests : AtTheTill
{
    [Test]
    public async Task Hi_Events_513_a_refund_whose_transaction_is_rolled_back_is_never_asked_for()
    {
        var paying = await _till.Paid();
        var reservation = (await paying.Company.Api.Get($"/reservations/{paying.ReservationId}")).ETag!;
        await _till.Host.Tamper("UPDATE reservation SET version = version + 1");

        (
            await paying.Company.Api.Post(
                $"/reservations/{paying.ReservationId}/cancel",
                new { reason = "行程冲突" },
                ifMatch: reservation
            )
        ).Expect(412);
        await _till.Work();

        Assert.That((await _till.Sandbox.Books()).GetProperty("refunded").GetInt64(), Is.Zero);
        Assert.That(await paying.Seat(), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task Hi_Events_598_an_event_is_known_again_after_days()
    {
        var paying = await _till.Pay();
        await paying.Act("pay");
        await _till.Deliver();
        var receipts = await _till.Ours("SELECT COUNT(*) FROM receipt");
        var mails = Directory.GetFiles(_till.Host.MailFolder, "*.eml").Length;

        await _till.Advance(Duration.FromHours(70));
        var again = (await _till.Sandbox.Call("/v1/events?limit=100"))
            .GetProperty("data")
            .EnumerateArray()
            .Select(one => one.GetRawText());
        foreach (var body in again)
            (await _till.Post(body, SignedNow(body))).Expect(200);
        await _till.Work();

        Assert.That(await _till.Ours("SELECT COUNT(*) FROM receipt"), Is.EqualTo(receipts));
        Assert.That(await _till.Ours("SELECT COUNT(*) FROM stripe_event WHERE handled_at IS NULL"), Is.Zero);
        Assert.That(Directory.GetFiles(_till.Host.MailFolder, "*.eml"), Has.Length.EqualTo(mails));
    }

    [TestCase("refund.created")]
    [TestCase("refund.updated")]
    [TestCase("charge.refunded")]
    public async Task Hi_Events_1067_any_event_of_a_refund_settles_it(string only)
    {
        var paying = await _till.Paid();
        await _till.Sandbox.RefundsBegin("pending");
        (await (await _till.Host.Given.Owner()).Refund(paying.PaymentId, 1_000_000)).Expect(201);
        await _till.Work();
        var id = await _till.Host.Query<string>("SELECT provider_refund_id FROM refund");
        await _till.Sandbox.MoveRefund(id, "succeeded");

        await _till.Deliver(one => one.Type == only);

        Assert.That(await _till.Host.Query<string>("SELECT status FROM refund"), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task Hi_Events_1067_a_failed_refund_comes_back_to_finance_by_its_own_event()
    {
        var paying = await _till.Paid();
        await _till.Sandbox.RefundsBegin("pending");
        (await (await _till.Host.Given.Owner()).Refund(paying.PaymentId, 1_000_000)).Expect(201);
        await _till.Work();
        await _till.Sandbox.MoveRefund(
            await _till.Host.Query<string>("SELECT provider_refund_id FROM refund"),
            "failed"
        );
        await _till.Deliver(one => one.Type == "refund.failed");
        Assert.That(await _till.Host.Query<string>("SELECT status FROM refund"), Is.EqualTo("refund_failed"));
    }

    [Test]
    public async Task Alf_io_1254_after_a_decline_another_attempt_is_opened_under_another_key()
    {
        var paying = await _till.Pay();
        var first = await paying.Page();
        (await Till.Choose(paying.Company, paying.ReservationId)).Expect(409, "payment_exists"); // It is open: pay there.
        await paying.Act("decline");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("open"));

        (await Till.Choose(paying.Company, paying.ReservationId)).Expect(201);
        await _till.Work();
        await _till.Work();

        Assert.That(await paying.Status(), Is.EqualTo("open"));
        Assert.That(await paying.Page(), Is.Not.EqualTo(first));
        Assert.That((await _till.Sandbox.Act(first, "pay")).Status, Is.EqualTo(400)); // Never two pages that can be paid.
        await paying.Act("pay");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [Test]
    public async Task Alf_io_531_a_late_payment_finds_the_buyers_data_where_they_were()
    {
        var paying = await _till.Pay();
        var delegates = new[]
        {
            new
            {
                name = "示例代表",
                jobTitle = "市场总监",
                phone = "13800000001",
                email = "delegate@example.com",
            },
        };
        (await paying.Company.Api.Put($"/reservations/{paying.ReservationId}/delegates", delegates)).Expect(200);
        await _till.Advance(Duration.FromMinutes(40));
        await _till.ReconcileCheckouts();
        await paying.Act("late");
        await _till.Deliver();

        Assert.That(await paying.Seat(), Is.EqualTo("confirmed"));
        Assert.That(
            (await paying.Company.Api.Get($"/reservations/{paying.ReservationId}/delegates")).Expect(200).Text,
            Does.Contain("示例代表")
        );
    }

    [Test]
    public async Task Pretix_1189_Medusa_13301_webhooks_return_page_and_reconciler_at_once_settle_once()
    {
        var sessionId = await _till.Host.Given.PublishedSession();
        var paying = new List<Paying>();
        for (var i = 0; i < 4; i++)
        {
            paying.Add(await _till.Pay(sessionId));
            await paying[i].Act("pay");
        }
        await _till.Advance(Duration.FromMinutes(32));
        var events = await _till.Sandbox.Undelivered();

        await Race.Run(
            24,
            async i =>
            {
                switch (i % 4)
                {
                    case 0:
                        await paying[i / 4 % 4].Check();
                        break;
                    case 1:
                        await _till.ReconcileCheckouts();
                        break;
                    default:
                        foreach (var one in events)
                            await _till.Post(one);
                        await _till.Work();
                        break;
                }
                return true;
            }
        );
        await _till.Work();

        foreach (var one in paying)
            Assert.That((await one.Status(), await one.Seat()), Is.EqualTo(("confirmed", "confirmed")));
        Assert.That(await _till.Ours("SELECT COUNT(*) FROM receipt"), Is.EqualTo(4));
        Assert.That(
            await _till.Ours("SELECT COUNT(*) FROM audit WHERE action = 'reservation.confirmed'"),
            Is.EqualTo(4)
        );
        await _till.BooksAgree();
        await Books.AreInOrder(_till.Host, sessionId);
    }

    [Test]
    public async Task Pretix_343_refunding_what_was_paid_twice_leaves_the_seat_alone()
    {
        var paying = await _till.Pay();
        var finance = await _till.Host.Given.Owner();
        (await finance.Receive(_till.Host, paying.PaymentId, 3_880_000)).Expect(200);
        await _till.Advance(Duration.FromSeconds(1));
        await paying.Act("pay"); // Before the page could be closed.
        await _till.Work();
        await _till.Deliver();

        Assert.That(await paying.Seat(), Is.EqualTo("confirmed"));
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        Assert.That((await _till.Sandbox.Books()).GetProperty("refunded").GetInt64(), Is.EqualTo(3_880_000));
        await _till.BooksAgree();
    }

    [Test]
    public async Task Pretix_74_late_money_for_a_released_seat_is_never_lost()
    {
        var sessionId = await _till.Host.Given.PublishedSession(seatCap: 1);
        var paying = await _till.Pay(sessionId);
        await _till.Advance(Duration.FromMinutes(40));
        await _till.ReconcileCheckouts();
        await _till.Paid(sessionId);
        await paying.Act("late");
        await _till.Deliver();
        await _till.WaitIsOver();
        Assert.That(await paying.Status(), Is.EqualTo("refunded"));
        await _till.BooksAgree();
    }

    string SignedNow(string body)
    {
        var now = _till.Host.Time.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"t={now},v1={ClosedDoor.Features.Payments.Stripe.StripeSignature.Compute(System.Text.Encoding.UTF8.GetBytes(body), now, Sandbox.WebhookSecret)}";
    }
}
