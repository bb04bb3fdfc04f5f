using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>Money by card that comes after its seat has gone.</summary>
public class LateMoneyTests
{
    Till _till = null!;
    ApiClient _finance = null!;

    [OneTimeSetUp]
    public async Task Open()
    {
        _till = await Till.Open();
        _finance = await _till.Host.Given.Owner();
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        Assert.That(await _till.Host.Data.Read(CheckLedger.Faults), Is.Empty);
        await Books.AuditIsWhole(_till.Host);
        await _till.BooksAgree();
        await _till.DisposeAsync();
    }

    [Test]
    public async Task Row_8_late_money_takes_a_free_seat()
    {
        var paying = await _till.Expired();
        await paying.Act("late");
        await _till.Deliver();
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("confirmed", "confirmed")));
        await _till.BooksAgree();
    }

    [Test]
    public async Task Row_8_late_money_without_a_seat_goes_back_in_full()
    {
        var sessionId = await _till.Host.Given.PublishedSession(seatCap: 1);
        var paying = await _till.Expired(sessionId);
        await _till.Host.Given.Hold(await _till.Host.Given.VettedCompany(), sessionId);
        await paying.Act("late");
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("refund_due"));
        await _till.WaitIsOver();
        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("refunded", "expired")));
        Assert.That(await _till.Sandbox.KnowsKey($"rf:late:{await paying.Intent()}"));
        await _till.BooksAgree();
        await Books.AreInOrder(_till.Host, sessionId);
    }

    [Test]
    public async Task Late_money_that_is_promised_anew_after_its_refund_failed_is_asked_for_under_another_key()
    {
        var (late, refund) = await WithoutSeat();
        var intent = await late.Intent();
        await _till.Sandbox.RefundsBegin("failed");
        await _till.WaitIsOver();
        Assert.That(await Status(refund), Is.EqualTo("refund_failed"));
        await _till.Sandbox.RefundsBegin("succeeded");
        // In the dashboard it goes, and comes back: what failed is withdrawn, and the money promised anew.
        var outside = await _till.Sandbox.Call("/v1/refunds", ("payment_intent", intent));
        await _till.Deliver();
        Assert.That(await Status(refund), Is.EqualTo("withdrawn"));
        await _till.Sandbox.MoveRefund(outside.GetProperty("id").GetString()!, "failed");
        await _till.Deliver();

        await _till.WaitIsOver();

        Assert.That(await late.Status(), Is.EqualTo("refunded"));
        await _till.BooksAgree();

        async Task<string> Status(string id) => (await _finance.Get($"/refunds/{id}"))["status"].GetString()!;
    }

    /// <summary>Late money without a seat, and the refund that waits for its company's word.</summary>
    async Task<(Paying Late, string RefundId)> WithoutSeat()
    {
        var sessionId = await _till.Host.Given.PublishedSession(seatCap: 1);
        var late = await _till.Expired(sessionId);
        await _till.Host.Given.Hold(await _till.Host.Given.VettedCompany(), sessionId);
        await late.Act("late");
        await _till.Deliver();
        var refund = (await _finance.RefundsOf($"paymentId={late.PaymentId}")).Single();
        Assert.That((refund.Status, refund.Because, refund.Amount), Is.EqualTo(("refund_due", "no_seat", Moves.Price)));
        return (late, refund.Id);
    }

    Task<Reply> Apply(string refundId, string paymentId) =>
        _finance.Post($"/refunds/{refundId}/apply", new { paymentId, letter = "转场函 1 号" });

    /// <summary>Late money that pays for the next session of its company, to be paid by transfer until then.</summary>
    async Task<(Paying Late, string RefundId, string ReservationId, string PaymentId)> Applied()
    {
        var (late, refund) = await WithoutSeat();
        var (reservationId, paymentId) = await _till.Host.Given.AwaitingTransfer(
            late.Company,
            await _till.Host.Given.PublishedSession()
        );
        (await Apply(refund, paymentId)).Expect(200);
        Assert.That(await _till.Host.StatusOf(reservationId), Is.EqualTo("confirmed"));
        return (late, refund, reservationId, paymentId);
    }

    async Task<long> RefundedAtStripe() => (await _till.Sandbox.Books()).GetProperty("refunded").GetInt64();

    [Test]
    public async Task Row_8_late_money_takes_the_next_session_when_its_company_asks()
    {
        var before = await RefundedAtStripe();
        var (late, refund) = await WithoutSeat();
        var offered = (await late.Company.Api.Get($"/refunds/{refund}")).Expect(200);
        Assert.That(offered["offeredUntil"].GetString(), Is.Not.Null);
        var (reservationId, paymentId) = await _till.Host.Given.AwaitingTransfer(
            late.Company,
            await _till.Host.Given.PublishedSession()
        );

        var applied = (await Apply(refund, paymentId)).Expect(200);

        Assert.That(
            (applied["status"].GetString(), applied["appliedTo"].GetString()),
            Is.EqualTo(("refunded", paymentId))
        );
        Assert.That(await _till.Host.StatusOf(reservationId), Is.EqualTo("confirmed"));
        Assert.That(await late.Status(), Is.EqualTo("refunded"));
        await _till.WaitIsOver();
        await _till.ReconcileRefunds();
        Assert.That(await RefundedAtStripe(), Is.EqualTo(before), "nothing leaves");
        await Books.AreInOrder(_till.Host, late.SessionId);
    }

    [Test]
    public async Task Row_8_late_money_closes_the_next_checkout_and_pays_for_it()
    {
        var (late, refund) = await WithoutSeat();
        var next = await _till.Pay(company: late.Company);

        (await Apply(refund, next.PaymentId)).Expect(200);
        await _till.Work();

        Assert.That((await next.Status(), await next.Seat()), Is.EqualTo(("confirmed", "confirmed")));
        Assert.That(await next.Act("pay"), Is.GreaterThanOrEqualTo(400), "its page is closed");
        await _till.Deliver();
        Assert.That(await next.Status(), Is.EqualTo("confirmed"));
        await Books.AreInOrder(_till.Host, next.SessionId);
    }

    [Test]
    public async Task A_checkout_is_not_closed_for_less_than_its_price_nor_while_its_money_is_under_way()
    {
        var (late, refund) = await WithoutSeat();
        var dear = await _till.Pay(await _till.Host.Given.PublishedSession(price: Moves.Price + 1), late.Company);
        (await Apply(refund, dear.PaymentId)).Expect(409, "wrong_payment_status");
        var underWay = await _till.Pay(company: late.Company);
        await underWay.Act("later");
        await _till.Deliver();
        Assert.That(await underWay.Status(), Is.EqualTo("processing"));
        (await Apply(refund, underWay.PaymentId)).Expect(409, "wrong_payment_status");
        await _till.WaitIsOver();
        Assert.That(await late.Status(), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task Once_the_time_is_over_it_is_sent_back_and_not_taken()
    {
        var (late, refund) = await WithoutSeat();
        await _till.ReconcileRefunds();
        await _till.Work();
        Assert.That(await late.Status(), Is.EqualTo("refund_due"), "nobody sends it sooner");
        await _till.WaitIsOver();
        var (_, paymentId) = await _till.Host.Given.AwaitingTransfer(
            late.Company,
            await _till.Host.Given.PublishedSession()
        );

        (await Apply(refund, paymentId)).Expect(409, "wrong_refund_status");
        Assert.That(await late.Status(), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task A_company_is_not_offered_what_goes_back_already()
    {
        var (late, refund) = await WithoutSeat();
        // Somebody refunds a fen in the dashboard: ours is withdrawn, and the rest goes back at once.
        await _till.Sandbox.Call("/v1/refunds", ("payment_intent", await late.Intent()), ("amount", "1"));
        await _till.Sandbox.RefundsBegin("pending");
        await _till.Deliver();
        Assert.That((await _finance.Get($"/refunds/{refund}"))["status"].GetString(), Is.EqualTo("withdrawn"));

        var letter = await _till.Host.Data.Read(read =>
            PaymentMails.RefundDue(read, late.PaymentId, _till.Host.Get<Settings>())
        );

        Assert.That(
            letter!.Facts.Select(fact => fact.Label.Zh),
            Does.Contain("待退款金额").And.Not.Contain("可改用至")
        );
        await _till.Sandbox.RefundsBegin("succeeded");
        await _till.ReconcileRefunds();
    }

    [Test]
    public async Task A_company_is_told_how_long_it_may_ask()
    {
        var (late, _) = await WithoutSeat();
        var mails = Directory.GetFiles(_till.Host.MailFolder).Order(StringComparer.Ordinal).Select(ReceivedMail.Open);
        mails
            .Last(mail => mail.PlainText.Contains("未能取得席位", StringComparison.Ordinal))
            .AssertSays("可改用至", "书面告知");
        await _till.WaitIsOver();
        Assert.That(await late.Status(), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task What_goes_back_of_it_in_the_end_goes_back_to_the_card()
    {
        var before = await RefundedAtStripe();
        var (late, _, reservationId, paymentId) = await Applied();

        (await late.Company.Api.Cancel(reservationId)).Expect(200);
        await _till.Work();
        await _till.Deliver();

        Assert.That(await _till.Host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
        Assert.That(await RefundedAtStripe(), Is.EqualTo(before + Moves.Price));
        var refunds = await _finance.RefundsOf($"paymentId={late.PaymentId}");
        Assert.That(refunds, Has.Length.EqualTo(1), "the refund belongs to the payment that had the money last");
        await _till.BooksAgree();
    }

    [Test]
    public async Task It_is_contested_where_it_is()
    {
        var (late, _, _, paymentId) = await Applied();
        var intent = await late.Intent();

        var dispute = await _till.Sandbox.Dispute(intent);
        await _till.Deliver();

        Assert.That(await _till.Host.PaymentStatusOf(paymentId), Is.EqualTo("disputed"));
        Assert.That(await late.Status(), Is.EqualTo("refunded"));
        await _till.Sandbox.CloseDispute(dispute, won: true);
        await _till.Deliver();
        Assert.That(await _till.Host.PaymentStatusOf(paymentId), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task A_refund_in_Stripes_dashboard_is_recorded_where_the_money_is()
    {
        var (late, _, reservationId, paymentId) = await Applied();

        await _till.Sandbox.Call("/v1/refunds", ("payment_intent", await late.Intent()), ("amount", "500"));
        await _till.Deliver();

        var external = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That((external.Status, external.Amount), Is.EqualTo(("external_refund", 500L)));
        Assert.That(await _till.Host.StatusOf(reservationId), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [Test]
    public async Task Contested_money_is_not_taken_for_another_seat()
    {
        var (late, refund) = await WithoutSeat();
        var dispute = await _till.Sandbox.Dispute(await late.Intent());
        await _till.Deliver();
        var (_, paymentId) = await _till.Host.Given.AwaitingTransfer(
            late.Company,
            await _till.Host.Given.PublishedSession()
        );

        (await Apply(refund, paymentId)).Expect(409, "refund_too_large");

        await _till.Sandbox.CloseDispute(dispute, won: true);
        await _till.Deliver();
        (await Apply(refund, paymentId)).Expect(200);
    }

    [Test]
    public async Task Sent_back_and_taken_at_the_same_moment_it_is_one_of_the_two()
    {
        for (var round = 0; round < 6; round++)
        {
            var before = await RefundedAtStripe();
            var (late, refund) = await WithoutSeat();
            var (_, paymentId) = await _till.Host.Given.AwaitingTransfer(
                late.Company,
                await _till.Host.Given.PublishedSession()
            );
            await _till.Advance(Duration.FromHours(24));

            var (applied, _) = await Race.Pair(
                round,
                () => Apply(refund, paymentId),
                async () =>
                {
                    await _till.Work();
                    return true;
                }
            );
            await _till.Work();
            await _till.Deliver();

            Assert.That(applied.Status, Is.AnyOf(200, 409));
            Assert.That(await RefundedAtStripe() - before, Is.EqualTo(applied.Status == 200 ? 0 : Moves.Price));
            Assert.That(await late.Status(), Is.EqualTo("refunded"));
            Assert.That(
                await _till.Host.PaymentStatusOf(paymentId),
                Is.EqualTo(applied.Status == 200 ? "confirmed" : "awaiting_transfer")
            );
        }
    }
}
