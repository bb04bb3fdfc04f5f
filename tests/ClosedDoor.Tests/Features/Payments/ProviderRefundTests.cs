using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>What a provider tells of refunds and disputes, whoever began them.</summary>
public class ProviderRefundTests : RefundDesk
{
    [Test]
    public async Task A_company_that_was_told_nothing_of_a_refund_is_not_told_that_it_failed()
    {
        var (_, paymentId) = await PaidByCard("pi_1");
        var refund = (await _finance.Refund(paymentId, 1_000)).Expect(201).Id;

        await _host.TellRefund(
            refund,
            (tx, locked) => Refunding.Failed(tx, locked, "示例原因", _host.Time.Now, "re_1")
        );

        Assert.That(await _host.MessagesAbout(Refunding.CameBack, refund), Is.Zero);
        Assert.That(await _host.MessagesAbout(Refunding.Returned, refund), Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_refunded_at_the_provider_is_not_paid_once_more()
    {
        var (reservationId, paymentId) = await PaidByCard("pi_3");
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;

        Assert.That(await External(paymentId, "pi_3", Moves.Price));

        Assert.That(
            (await _finance.RefundsOf($"paymentId={paymentId}")).Select(one => (one.Status, one.Because)),
            Is.EquivalentTo([("withdrawn", "policy"), ("external_refund", "external")])
        );
        (await _finance.Post($"/refunds/{refund}/retry")).Expect(409, "wrong_refund_status");
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task A_promise_that_had_set_out_is_withdrawn_once_it_has_failed_for_want_of_money()
    {
        var (reservationId, paymentId) = await PaidByCard("pi_3");
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        Assert.That(await _host.Data.Write("test", tx => Refunding.MaySend(tx, refund, _host.Time.Now)));
        await External(paymentId, "pi_3", Moves.Price);
        Assert.That(
            (await _finance.RefundsOf($"paymentId={paymentId}")).Count(one => one.Status == "refund_due"),
            Is.EqualTo(1),
            "it may have arrived"
        );

        await _host.TellRefund(
            refund,
            (tx, locked) => Refunding.Failed(tx, locked, "charge_already_refunded", _host.Time.Now)
        );

        Assert.That((await _finance.RefundsOf("status=withdrawn")).Single().Id, Is.EqualTo(refund));
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task A_refund_made_at_the_provider_that_fails_later_counts_no_more_and_finance_is_told()
    {
        var (reservationId, paymentId) = await PaidByCard("pi_4");
        await External(paymentId, "pi_4", 1_000_000);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        Assert.That(await _host.MessagesAbout(Refunding.MadeOutside, refund), Is.EqualTo(1));

        Assert.That(await Fails());

        Assert.That(await Fails(), Is.False);
        Assert.That(await _host.MessagesAbout(Refunding.Returned, refund), Is.EqualTo(1));
        Assert.That(
            (await _host.DeliverMails()).Any(mail =>
                mail.PlainText.Contains("支付机构后台发起的退款", StringComparison.Ordinal)
            )
        );
        Assert.That((await _finance.RefundsOf("status=withdrawn")).Single().Id, Is.EqualTo(refund));
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("confirmed"));
        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("confirmed"));

        Task<bool> Fails() =>
            _host.TellRefund(
                refund,
                (tx, locked) => Refunding.Failed(tx, locked, "expired_card", _host.Time.Now, "re_theirs")
            );
    }

    Task<bool> External(string paymentId, string intent, long amount) =>
        _host.Tell(
            paymentId,
            (tx, locked) => Refunding.External(tx, locked, "re_theirs", intent, amount, _host.Time.Now)
        );

    [Test]
    public async Task Row_12_17_a_contested_payment_is_not_refunded_until_it_is_won()
    {
        var (reservationId, paymentId) = await PaidByCard("pi_1");
        Task<bool> Dispute() =>
            _host.Tell(
                paymentId,
                (tx, locked) =>
                    Settle.DisputeOpened(tx, locked, new("dp_1", "pi_1", Moves.Price, "fraudulent"), _host.Time.Now)
            );
        Assert.That(await Dispute());
        Assert.That(await Dispute(), Is.False, "It is recorded once.");

        (await _finance.Refund(paymentId, 1)).Expect(409, "wrong_payment_status");
        (await _company.Api.Cancel(reservationId)).Expect(200);
        Assert.That(await _finance.RefundsOf($"paymentId={paymentId}"), Is.Empty);

        Assert.That(
            await _host.Tell(
                paymentId,
                (tx, locked) => Settle.DisputeClosed(tx, locked, "dp_1", won: true, _host.Time.Now)
            )
        );
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That((refund.Because, refund.Amount), Is.EqualTo(("dispute_won", Moves.Price)));
        Assert.That(await _host.MessagesAbout(Refunding.Send, refund.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Row_14_15_a_provider_may_take_a_refunds_success_back()
    {
        var reservationId = await _host.Given.Hold(_company, _sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        await _host.PaidByCheckout(paymentId, "pi_2", fee: 30_000);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;

        // The event is faster than the answer to the call.
        Assert.That(
            await _host.TellRefund(refund, (tx, locked) => Refunding.Succeeded(tx, locked, _host.Time.Now, "re_1"))
        );
        Assert.That(
            await _host.TellRefund(refund, (tx, locked) => Refunding.Sent(tx, locked, "re_1", _host.Time.Now)),
            Is.False
        );
        Assert.That(
            await _host.TellRefund(refund, (tx, locked) => Refunding.Succeeded(tx, locked, _host.Time.Now, "re_1")),
            Is.False
        );
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
        Assert.That(
            await _host.TellRefund(refund, (tx, locked) => Refunding.Failed(tx, locked, "expired_card", _host.Time.Now))
        );
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refund_due"));
        (await _finance.PayOut(_host, refund)).Expect(409, "wrong_refund_status");

        (await _finance.Redirect(refund)).Expect(200);
        (await _other.Post($"/refunds/{refund}/approve")).Expect(200);
        (await _finance.PayOut(_host, refund)).Expect(200);
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
    }
}
