using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>A bank has taken money back for good: what is owed for the seat, and what may still go back.</summary>
public class LostDisputeTests : RefundDesk
{
    string _paymentId = null!;

    private protected override string ApprovalLimit => "2000000";

    [SetUp]
    public async Task Pay() => (_, _paymentId) = await PaidByCard("pi_1");

    [Test]
    public async Task Row_17_a_company_that_pays_again_after_a_lost_dispute_keeps_its_seat()
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);

        (await _finance.Receive(_host, _paymentId, 400_000)).Expect(200);
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("charged_back"), "Some of it is still owed.");
        (await _finance.Receive(_host, _paymentId, 600_000)).Expect(200);

        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("confirmed"));
        Assert.That(await _finance.RefundsOf($"paymentId={_paymentId}"), Is.Empty);
    }

    [Test]
    public async Task What_is_paid_beyond_the_debt_of_a_lost_dispute_goes_back()
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);

        (await _finance.Receive(_host, _paymentId, 1_000_088)).Expect(200);

        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("overpaid"));
        var refund = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single();
        Assert.That((refund.Because, refund.Amount), Is.EqualTo(("overpaid", 88L)));
    }

    [Test]
    public async Task A_seat_that_was_paid_again_while_contested_is_settled_by_the_loss()
    {
        await Contest("dp_1", Moves.Price);
        (await _finance.Receive(_host, _paymentId)).Expect(200);

        await Decide("dp_1", won: false);

        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("confirmed"));
        Assert.That(await _finance.RefundsOf($"paymentId={_paymentId}"), Is.Empty);
    }

    [Test]
    public async Task A_seat_with_one_dispute_lost_is_not_settled_by_winning_another()
    {
        await Contest("dp_1", 1_000_000);
        await Contest("dp_2", 500_000);

        await Decide("dp_1", won: false);
        await Decide("dp_2", won: true);

        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("charged_back"));
        (await _finance.Receive(_host, _paymentId, 1_000_000)).Expect(200);
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("confirmed"));
    }

    [TestCase(true, "confirmed")]
    [TestCase(false, "charged_back")]
    public async Task A_debt_that_is_paid_while_another_dispute_is_open_settles_the_seat_once_that_is_won(
        bool won,
        string status
    )
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        await Contest("dp_2", 500_000);
        (await _finance.Receive(_host, _paymentId, 1_000_000)).Expect(200);
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("charged_back"));

        await Decide("dp_2", won);

        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo(status));
    }

    [Test]
    public async Task Of_a_promised_refund_that_a_dispute_has_eaten_into_the_rest_goes_back()
    {
        await PayTwice();
        var promised = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single();
        Assert.That((promised.Status, promised.Amount), Is.EqualTo(("awaiting_approval", Moves.Price)));
        await Contest("dp_1", 1_000_000, "pi_2");
        (await _finance.Post($"/refunds/{promised.Id}/withdraw")).Expect(409, "wrong_refund_status");
        await Decide("dp_1", won: false);

        var rest = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single(one => one.Status != "withdrawn");
        Assert.That((rest.Because, rest.Amount), Is.EqualTo(("overpaid", Moves.Price - 1_000_000)));
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("overpaid"), "Nothing is owed for the seat.");
    }

    [Test]
    public async Task Of_a_promised_refund_that_was_made_in_part_at_the_provider_the_rest_goes_back()
    {
        await PayTwice();
        await _host.Tell(
            _paymentId,
            (tx, locked) => Refunding.External(tx, locked, "re_external", "pi_2", 800_000, _host.Time.Now)
        );

        var rest = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single(one =>
            one.Status is "awaiting_approval" or "refund_due"
        );
        Assert.That((rest.Because, rest.Amount), Is.EqualTo(("overpaid", Moves.Price - 800_000)));
    }

    [Test]
    public async Task What_a_bank_takes_of_the_price_is_set_off_against_what_was_paid_twice()
    {
        await PayTwice();
        await Contest("dp_1", 1_000_000);

        await Decide("dp_1", won: false);

        Assert.That(
            (await _finance.RefundsOf($"paymentId={_paymentId}"))
                .Where(one => one.Status != "withdrawn")
                .Sum(one => one.Amount),
            Is.EqualTo(Moves.Price - 1_000_000)
        );
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("overpaid"));
    }

    [Test]
    public async Task A_debt_that_was_written_off_and_is_paid_after_all_is_kept()
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        (await _finance.Post($"/payments/{_paymentId}/write-off", new { reason = "示例原因" })).Expect(200);
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("confirmed"));

        (await _finance.Receive(_host, _paymentId, 400_000)).Expect(200);
        Assert.That(
            (await WrittenOff(), await _finance.RefundsOf($"paymentId={_paymentId}")),
            Is.EqualTo((600_000L, Array.Empty<(string, string, long, string)>()))
        );
        (await _finance.Receive(_host, _paymentId, 600_088)).Expect(200);

        Assert.That(await WrittenOff(), Is.Zero);
        Assert.That((await _finance.RefundsOf($"paymentId={_paymentId}")).Single().Amount, Is.EqualTo(88));

        async Task<long> WrittenOff() =>
            (await _finance.Get($"/sessions/{_sessionId}/statement")).Expect(200)["writtenOff.amount"].GetInt64();
    }

    [Test]
    public async Task A_gift_that_had_not_left_is_withdrawn_with_its_money_and_finance_is_told()
    {
        var gift = (await _finance.Refund(_paymentId, 2_100_000)).Expect(201);
        Assert.That(gift["status"].GetString(), Is.EqualTo("awaiting_approval"));
        await Contest("dp_1", Moves.Price);

        await Decide("dp_1", won: false);

        Assert.That((await _finance.Get($"/refunds/{gift.Id}"))["status"].GetString(), Is.EqualTo("withdrawn"));
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("charged_back"));
        Assert.That(await _host.MessagesAbout(Refunding.Dropped, gift.Id), Is.EqualTo(1));
        Assert.That(
            (await _host.DeliverMails()).Any(mail =>
                mail.PlainText.Contains("尚未汇出的退款已作废", StringComparison.Ordinal)
            )
        );
        (await _other.Post($"/refunds/{gift.Id}/approve")).Expect(409, "wrong_refund_status");
    }

    [Test]
    public async Task A_refund_to_be_wired_that_the_dashboard_made_meanwhile_is_not_to_be_paid_and_finance_is_told()
    {
        var refund = (await _finance.Refund(_paymentId, 1_000_000)).Expect(201).Id;
        await _host.TellRefund(
            refund,
            (tx, locked) => Refunding.Failed(tx, locked, "示例原因", _host.Time.Now, "re_1")
        );
        (await _finance.Redirect(refund)).Expect(200);
        (await _other.Post($"/refunds/{refund}/approve")).Expect(200);

        await _host.Tell(
            _paymentId,
            (tx, locked) => Refunding.External(tx, locked, "re_external", "pi_1", 1_000_000, _host.Time.Now)
        );

        var refused = (await _finance.PayOut(_host, refund)).Expect(409, "wrong_refund_status");
        Assert.That(refused["detail"].GetString(), Does.Contain("请勿汇款"));
        Assert.That(await _host.MessagesAbout(Refunding.Dropped, refund), Is.EqualTo(1));
        Assert.That(
            (await _host.DeliverMails()).Any(mail => mail.PlainText.Contains("请勿汇款", StringComparison.Ordinal))
        );
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task What_a_bank_gives_back_after_the_loss_is_owed_no_more(bool writtenOff)
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        if (writtenOff)
            (await _finance.Post($"/payments/{_paymentId}/write-off", new { reason = "示例原因" })).Expect(200);

        Assert.That(await Decide("dp_1", won: true));

        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("confirmed"));
        var statement = (await _finance.Get($"/sessions/{_sessionId}/statement")).Expect(200);
        long Of(string name) => statement[$"{name}.amount"].GetInt64();
        Assert.That((Of("outstanding"), Of("writtenOff"), Of("cash")), Is.EqualTo((0L, 0L, Moves.Price)));
        Assert.That(await Decide("dp_1", won: true), Is.False);
        Assert.That(await Decide("dp_1", won: false), Is.False, "A loss that is read late is no second one.");
    }

    [Test]
    public async Task What_a_company_paid_for_a_debt_that_a_bank_takes_back_goes_back()
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        (await _finance.Receive(_host, _paymentId, 1_000_000)).Expect(200);

        await Decide("dp_1", won: true);

        var refund = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single();
        Assert.That((refund.Because, refund.Amount), Is.EqualTo(("overpaid", 1_000_000L)));
    }

    /// <summary>The seat is paid twice over by card, so that one of the two is promised back.</summary>
    async Task PayTwice()
    {
        await _host.PaidByCheckout(_paymentId, "pi_2");
        if ((await _finance.RefundsOf($"paymentId={_paymentId}")) is not [{ Status: "awaiting_approval" }])
            throw new InvalidOperationException("The refund should wait for a second person.");
    }

    Task<bool> Contest(string id, long amount, string serial = "pi_1") =>
        _host.Tell(
            _paymentId,
            (tx, locked) => Settle.DisputeOpened(tx, locked, new(id, serial, amount, "fraudulent"), _host.Time.Now)
        );

    Task<bool> Decide(string id, bool won) =>
        _host.Tell(_paymentId, (tx, locked) => Settle.DisputeClosed(tx, locked, id, won, _host.Time.Now));
}
