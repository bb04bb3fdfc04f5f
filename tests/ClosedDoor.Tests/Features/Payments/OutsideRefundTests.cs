using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// Somebody refunds in the provider's dashboard, beside what we promise of the same money: before it has set out, on its
/// way, again and again, and in vain. It is paid once.
/// </summary>
public class OutsideRefundTests : EndedSeatDesk
{
    [Test]
    public async Task A_refund_at_the_provider_counts_against_what_is_promised_of_the_same_money()
    {
        var promised = await CancelAtSixty();

        await External("re_1", 800_000);

        (await _other.Post($"/refunds/{promised}/approve")).Expect(409, "wrong_refund_status");

        Assert.That(
            (await Promises()).Select(one => (one.Because, one.Amount)),
            Is.EqualTo([("override", Moves.Price * 6 / 10 - 800_000)])
        );
    }

    [Test]
    public async Task What_is_refunded_at_the_provider_beyond_a_promise_is_not_asked_for_again()
    {
        await CancelAtSixty();

        await External("re_1", Moves.Price * 7 / 10);

        Assert.That((await Promised(), await Owed()), Is.EqualTo((0L, 0L)));
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("refunded"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_gift_that_was_made_at_the_provider_instead_is_counted_once(bool afterTheEnd)
    {
        if (afterTheEnd)
            await Cancel(0);
        await _finance.Refund(_paymentId, 2_000_001);

        await External("re_1", 2_000_000);

        var rest = (await Promises()).Single();
        Assert.That((rest.Because, rest.Amount), Is.EqualTo(("goodwill", 1L)));
        if (!afterTheEnd)
            await Cancel(100);
        Assert.That(await Promised(), Is.EqualTo(afterTheEnd ? 1 : Moves.Price - 2_000_000));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_refund_at_the_provider_that_fails_makes_room_for_the_promise_again(bool twice)
    {
        await CancelAtSixty();
        for (var i = 0; i < (twice ? 2 : 1); i++)
        {
            await External($"re_{i}", 800_000);
            Assert.That(await Promised(), Is.EqualTo(Moves.Price * 6 / 10 - 800_000));
            await FailsOutside($"re_{i}");
        }

        Assert.That(await Promised(), Is.EqualTo(Moves.Price * 6 / 10));
        foreach (var promise in (await Promises()).Where(one => one.Status == "awaiting_approval"))
            (await _other.Post($"/refunds/{promise.Id}/approve")).Expect(200);
    }

    [Test]
    public async Task A_promise_of_which_something_was_refunded_outside_is_not_sent_and_its_rest_is()
    {
        await Cancel(50);
        var refund = (await Promises()).Single().Id;
        await External("re_1", 500_000);

        Assert.That(await MaySend(refund), Is.False, "it was meant once");

        var rest = (await Promises()).Single();
        Assert.That(rest.Amount, Is.EqualTo(Half - 500_000));
        Assert.That(await MaySend(rest.Id));
    }

    [Test]
    public async Task A_refund_at_the_provider_that_fails_after_its_session_is_cancelled_goes_back_by_the_rule()
    {
        await External("re_1", 1_000_000);
        (await _owner.Post($"/sessions/{_sessionId}/cancel")).Expect(200);
        Assert.That(await Promised(), Is.EqualTo(Moves.Price - 1_000_000));

        await FailsOutside("re_1");

        Assert.That(await Promised(), Is.EqualTo(Moves.Price));
    }

    [TestCase(40)]
    [TestCase(60)]
    public async Task A_refund_at_the_provider_that_fails_and_is_made_again_leaves_no_promise_beside_it(int percent)
    {
        await Cancel(percent);
        var promise = (await Promises()).Single();
        await External("re_1", promise.Amount);
        await FailsOutside("re_1");
        var again = (await Promises()).Single();

        await External("re_2", promise.Amount);

        Assert.That(
            (await Promised(), await MaySend(promise.Id), await MaySend(again.Id)),
            Is.EqualTo((0L, false, false))
        );
    }

    [Test]
    public async Task What_left_here_and_at_the_provider_at_once_is_set_off_against_what_comes()
    {
        await Cancel(40);
        var promise = (await Promises()).Single();
        await MaySend(promise.Id);
        await External("re_1", promise.Amount);
        await _host.TellRefund(promise.Id, (tx, locked) => Refunding.Succeeded(tx, locked, _host.Time.Now, "re_2"));

        (await _finance.Receive(_host, _paymentId, 100)).Expect(200);

        Assert.That((await Promised(), await PaidBeyond(), await Owed()), Is.EqualTo((0L, 0L, 0L)));
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("refunded"));
        (await _finance.Receive(_host, _paymentId, promise.Amount)).Expect(200);
        Assert.That(await Promised(), Is.EqualTo(100), "and beyond that goes back");
    }

    [Test]
    public async Task A_gift_that_left_here_and_one_at_the_provider_both_come_out_of_the_price()
    {
        var gift = (await _finance.Refund(_paymentId, 400_000)).Expect(201).Id;
        await MaySend(gift);
        await External("re_1", 400_000);
        await _host.TellRefund(gift, (tx, locked) => Refunding.Succeeded(tx, locked, _host.Time.Now, "re_2"));

        await Cancel(50);

        Assert.That(await Promised(), Is.EqualTo((Moves.Price - 800_000) / 2));
    }

    [Test]
    public async Task What_the_provider_has_refunded_of_a_seat_cancelled_while_contested_is_not_promised_once_that_is_won()
    {
        await Contest("dp_1", 1_000_000);
        await Cancel(50);
        await External("re_1", Half);

        await Decide("dp_1", won: true);

        Assert.That(await Promised(), Is.Zero);
    }
}
