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
        await _host.TellRefund(refund, (tx, taken) => Refunding.Succeeded(tx, taken, _host.Time.Now, "re_1"));
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

    [TestCase("cny", "cny", true, -1_000L, 1_000L)]
    [TestCase("cny", "cny", false, -1_000L, 400L, TestName = "A part that comes back does not undo a loss")]
    [TestCase("cny", "hkd", true, -1_100L, 1_090L, TestName = "Another currency may have moved meanwhile")]
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
