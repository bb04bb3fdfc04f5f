using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>A bank gives back what it had taken for good, when the seat is gone by then.</summary>
public class ReinstatedMoneyTests : EndedSeatDesk
{
    [Test]
    public async Task What_a_policy_kept_whole_is_kept_again()
    {
        await Cancel(0);
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("forfeited"));
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("charged_back", Moves.Price)));

        await Decide("dp_1", won: true);

        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("forfeited", 0L)));
        Assert.That(await Promised(), Is.Zero);
    }

    [Test]
    public async Task What_a_policy_kept_a_part_of_stays_refunded()
    {
        var refund = await CancelAtSixty();
        (await _finance.Post($"/refunds/{refund}/approve")).Expect(200);
        await _host.TellRefund(refund, (tx, locked) => Refunding.Succeeded(tx, locked, _host.Time.Now, "re_1"));
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("charged_back", 1_000_000L)));

        await Decide("dp_1", won: true);

        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("refunded", 0L)));
    }

    [Test]
    public async Task What_a_policy_gives_back_and_a_bank_had_taken_goes_back_once_it_is_here_again()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        await Cancel(100);
        Assert.That(await Promised(), Is.Zero, "The company has its money from its bank.");

        await Decide("dp_1", won: true);

        Assert.That(await Promised(), Is.EqualTo(Moves.Price));
    }

    [Test]
    public async Task A_loss_that_is_reversed_while_another_dispute_is_open_waits_for_that()
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        await Contest("dp_2", 500_000);
        await Cancel(10);

        await Decide("dp_1", won: true);
        Assert.That((await _host.PaymentStatusOf(_paymentId), await Promised()), Is.EqualTo(("charged_back", 0L)));
        await Decide("dp_2", won: true);

        Assert.That(
            (await _host.PaymentStatusOf(_paymentId), await Promised()),
            Is.EqualTo(("refund_due", Moves.Price / 10))
        );
        var refund = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single();
        Assert.That(refund.Because, Is.EqualTo("dispute_won"), "Its company is told why.");
    }

    [Test]
    public async Task A_part_that_comes_back_is_owed_no_more_and_told_twice_counts_once()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);

        await PartlyReinstate("dp_1", 1_000_000);
        await PartlyReinstate("dp_1", 1_000_000);
        await PartlyReinstate("dp_1", 400_000); // An older answer.

        Assert.That(
            (await _host.PaymentStatusOf(_paymentId), await Owed()),
            Is.EqualTo(("charged_back", Moves.Price - 1_000_000))
        );
        await PartlyReinstate("dp_1", 1_500_000);
        Assert.That(await Owed(), Is.EqualTo(Moves.Price - 1_500_000));
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM audit WHERE action = 'dispute.partly_reinstated'"),
            Is.EqualTo(2)
        );
    }

    [Test]
    public async Task Finance_sees_what_of_a_dispute_is_here_again()
    {
        await Contest("dp_1", Moves.Price);
        Assert.That(await Listed(), Is.Zero);
        await Decide("dp_1", won: false);
        Assert.That(await Listed(), Is.Zero);

        await PartlyReinstate("dp_1", 1_000_000);
        Assert.That(await Listed(), Is.EqualTo(1_000_000));
        await Decide("dp_1", won: true);
        Assert.That(await Listed(), Is.EqualTo(Moves.Price));

        async Task<long> Listed() =>
            (await _finance.Get("/disputes"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Single(one => one.GetProperty("paymentId").GetString() == _paymentId)
                .GetProperty("cameBack")
                .GetProperty("amount")
                .GetInt64();
    }

    [Test]
    public async Task After_a_part_the_rest_that_comes_back_settles_the_seat()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        await PartlyReinstate("dp_1", 1_000_000);

        await Decide("dp_1", won: true);

        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("confirmed", 0L)));
        Assert.That(await Promised(), Is.Zero);
    }

    [Test]
    public async Task A_company_owes_what_a_part_has_left_and_pays_that()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        await PartlyReinstate("dp_1", 1_000_000);

        (await _finance.Receive(_host, _paymentId, Moves.Price - 1_000_000)).Expect(200);

        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("confirmed", 0L)));
        Assert.That(await Promised(), Is.Zero);
    }

    [Test]
    public async Task A_part_that_comes_back_after_the_debt_was_paid_goes_back_to_the_company()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        (await _finance.Receive(_host, _paymentId, Moves.Price)).Expect(200);

        await PartlyReinstate("dp_1", 1_000_000);

        Assert.That(await Promised(), Is.EqualTo(1_000_000));
    }

    [Test]
    public async Task A_part_of_what_a_policy_gives_back_goes_back_once_it_is_here_again()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        await Cancel(100);

        await PartlyReinstate("dp_1", 1_000_000);

        Assert.That(await Promised(), Is.EqualTo(1_000_000));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_rest_that_comes_back_after_the_part_has_gone_back_goes_back_too(bool inParts)
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        await Cancel(100);
        await PartlyReinstate("dp_1", 1_000_000);
        var part = (await Promises()).Single();
        await _host.TellRefund(part.Id, (tx, locked) => Refunding.Succeeded(tx, locked, _host.Time.Now, "re_1"));
        Assert.That(await Promised(), Is.Zero);
        var told = await RefundMails();

        var rest = inParts ? 500_000 : Moves.Price - 1_000_000;
        await (inParts ? PartlyReinstate("dp_1", 1_500_000) : Decide("dp_1", won: true));

        Assert.That(
            (await _host.PaymentStatusOf(_paymentId), await Promised(), await Owed()),
            Is.EqualTo(("refund_due", rest, 0L))
        );
        var refund = (await _finance.RefundsOf($"paymentId={_paymentId}")).Single(one => one.Id != part.Id);
        Assert.That(refund.Because, Is.EqualTo("dispute_won"));
        Assert.That(await RefundMails(), Is.EqualTo(told + 1), "Its company is told.");
    }

    Task<long> RefundMails() => _host.Query<long>("SELECT COUNT(*) FROM outbox WHERE kind = 'payment.refund_due.v1'");

    [Test]
    public async Task What_was_written_off_and_comes_back_in_part_is_recovered_in_part()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        (await _finance.Post($"/payments/{_paymentId}/write-off", new { reason = "示例原因" })).Expect(200);

        await PartlyReinstate("dp_1", 1_000_000);

        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("confirmed", 0L)));
        Assert.That(
            await _host.Query<long>(
                "SELECT CAST(SUM(CASE WHEN debit = 'written_off' THEN amount WHEN credit = 'written_off' THEN -amount ELSE 0 END) AS BIGINT) FROM ledger"
            ),
            Is.EqualTo(Moves.Price - 1_000_000)
        );
    }

    [TestCase("cny", 400L, -1_000L, 400L)]
    [TestCase("cny", 0L, -1_000L, 1_000L, -1_000L)]
    [TestCase("cny", 0L, -1_000L)]
    [TestCase("hkd", 363L, -1_100L, 400L)]
    [TestCase("hkd", 0L, -1_100L, 1_090L, -1_105L)]
    [TestCase("hkd", 0L, 400L)]
    public void What_has_come_back_of_a_dispute_is_what_its_withdrawal_has_left(
        string settledIn,
        long cameBack,
        params long[] moves
    ) =>
        Assert.That(
            new StripeDispute
            {
                Amount = 1_000,
                Currency = "cny",
                BalanceTransactions =
                [
                    .. moves.Select(amount => new BalanceTransaction { Amount = amount, Currency = settledIn }),
                ],
            }.CameBack,
            Is.EqualTo(cameBack)
        );

    [TestCase("cny", "cny", true, -1_000L, 1_000L)]
    [TestCase("cny", "cny", false, -1_000L, 400L, TestName = "A part that comes back does not undo a loss")]
    [TestCase("cny", "hkd", true, -1_100L, 1_090L, TestName = "Another currency may have moved meanwhile")]
    [TestCase("cny", "hkd", false, -1_100L, 400L, TestName = "A part in another currency does not undo a loss")]
    [TestCase("cny", "hkd", false, -1_100L, 1_090L, -1_105L, TestName = "Nor does what was withdrawn again")]
    [TestCase("cny", "cny", false, -1_000L)]
    [TestCase("cny", "cny", false)]
    public void Money_is_reinstated_when_what_was_withdrawn_is_here_again(
        string currency,
        string settledIn,
        bool reinstated,
        params long[] moves
    ) =>
        Assert.That(
            new StripeDispute
            {
                Currency = currency,
                BalanceTransactions =
                [
                    .. moves.Select(amount => new BalanceTransaction { Amount = amount, Currency = settledIn }),
                ],
            }.IsReinstated,
            Is.EqualTo(reinstated)
        );
}
