using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
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
        await _host.TellRefund(promise.Id, (tx, taken) => Refunding.Succeeded(tx, taken, _host.Time.Now, "re_2"));

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
        await _host.TellRefund(gift, (tx, taken) => Refunding.Succeeded(tx, taken, _host.Time.Now, "re_2"));

        await Cancel(50);

        Assert.That(await Promised(), Is.EqualTo((Moves.Price - 800_000) / 2));
    }

    [TestCase(500_000, ExpectedResult = 500_000)]
    [TestCase(1_000_000, ExpectedResult = 0)]
    [TestCase(1_200_000, ExpectedResult = 0)]
    public async Task<long> What_was_overpaid_and_refunded_at_the_provider_while_ours_seemed_on_its_way_goes_back_once(
        long outside
    )
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        await External("re_1", outside);

        await NotListed(promise);

        Assert.That(await MaySend(promise), Is.False);
        Assert.That((await PaidBeyond(), await Owed()), Is.EqualTo((0L, 0L)));
        var promised = await Promised();
        await Cancel(50);
        var given = Math.Max(0, outside - 1_000_000);
        Assert.That(await Promised() - promised, Is.EqualTo((Moves.Price - given) / 2), "the rest was a gift");
        return promised;
    }

    [Test]
    public async Task Two_refunds_at_the_provider_stand_in_for_what_was_overpaid_one_after_the_other()
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        await External("re_1", 300_000);
        await External("re_2", 800_000);

        await NotListed(promise);

        Assert.That(await Promised(), Is.Zero);
        await Cancel(50);
        Assert.That(await Promised(), Is.EqualTo((Moves.Price - 100_000) / 2));
    }

    [Test]
    public async Task What_was_refunded_at_the_provider_before_it_was_overpaid_stays_a_gift()
    {
        await External("re_1", 400_000);
        _host.Time.Advance(Duration.FromMinutes(1));
        var promise = await OverpaidAndAskedFor(1_000_000);

        await NotListed(promise);

        Assert.That(await MaySend(promise));
    }

    [Test]
    public async Task What_took_a_gifts_place_at_the_provider_takes_no_other_promises()
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        await _finance.Refund(_paymentId, 2_000_000);
        await External("re_1", 2_000_000);
        Assert.That(await Promised(), Is.EqualTo(1_000_000), "the gift is withdrawn");

        await NotListed(promise);

        Assert.That(await MaySend(promise));
    }

    [Test]
    public async Task What_was_overpaid_and_refunded_at_the_provider_which_refused_ours_goes_back_once()
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        await External("re_1", 1_000_000);

        await _host.TellRefund(promise, (tx, taken) => Refunding.Failed(tx, taken, "示例原因", _host.Time.Now));

        Assert.That((await Promises(), await PaidBeyond()), Is.EqualTo((Array.Empty<object>(), 0L)));
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("confirmed"));
    }

    [TestCase(false, 300_000, ExpectedResult = 100_000)]
    [TestCase(false, 400_000, ExpectedResult = 0)]
    [TestCase(true, 300_000, ExpectedResult = 100_000)]
    [TestCase(true, 400_000, ExpectedResult = 0)]
    public async Task<long> A_gift_made_at_the_provider_while_ours_seemed_on_its_way_is_given_once(
        bool afterTheEnd,
        long outside
    )
    {
        if (afterTheEnd)
            await Cancel(0);
        var gift = (await _finance.Refund(_paymentId, 400_000)).Expect(201).Id;
        await MaySend(gift);
        await External("re_1", outside);

        await NotListed(gift);

        Assert.That((await MaySend(gift), await Owed()), Is.EqualTo((false, 0L)));
        var promised = await Promised();
        if (!afterTheEnd)
        {
            await Cancel(50);
            Assert.That(await Promised() - promised, Is.EqualTo((Moves.Price - 400_000) / 2));
        }
        (await _finance.Receive(_host, _paymentId, 100)).Expect(200);
        Assert.That(
            (await Promises()).Sum(one => one.Amount) - promised,
            Is.EqualTo(afterTheEnd ? 100 : (Moves.Price - 400_000) / 2 + 100)
        );
        return promised;
    }

    [TestCase(2_000_000, ExpectedResult = 500_000)]
    [TestCase(2_500_000, ExpectedResult = 0)]
    [TestCase(2_700_000, ExpectedResult = 0)]
    public async Task<long> A_gift_of_more_than_half_that_was_made_at_the_provider_meanwhile_is_given_once(long outside)
    {
        var gift = (await _finance.Refund(_paymentId, 2_500_000)).Expect(201).Id;
        (await _other.Post($"/refunds/{gift}/approve")).Expect(200);
        Assert.That(await MaySend(gift));
        await External("re_1", outside);

        await NotListed(gift);

        var promised = await Promised();
        await Cancel(50);
        Assert.That(await Promised() - promised, Is.EqualTo((Moves.Price - Math.Max(2_500_000, outside)) / 2));
        return promised;
    }

    [Test]
    public async Task A_gift_that_is_made_and_withdrawn_afterwards_has_nothing_to_do_with_it()
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        await External("re_1", 1_000_000);
        _host.Time.Advance(Duration.FromMinutes(1));
        var gift = (await _finance.Refund(_paymentId, 100)).Expect(201).Id;
        (await _finance.Post($"/refunds/{gift}/withdraw")).Expect(200);

        await NotListed(promise);

        Assert.That((await MaySend(promise), await Promised()), Is.EqualTo((false, 0L)));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_refund_at_the_provider_takes_the_place_of_a_gift_and_with_its_rest_of_what_was_overpaid(
        bool asked
    )
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        var gift = (await _finance.Refund(_paymentId, 100_000)).Expect(201).Id;
        if (asked)
            await MaySend(gift);
        await External("re_1", 1_000_000);
        if (asked)
            await NotListed(gift);

        await NotListed(promise);

        Assert.That((await MaySend(promise), await Promised()), Is.EqualTo((false, 100_000L)));
        await Cancel(50);
        Assert.That(await Promised() - 100_000, Is.EqualTo((Moves.Price - 100_000) / 2));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_gift_at_the_provider_beside_a_refund_that_comes_back_stays_one_when_that_is_sent_again(
        bool paid
    )
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        await _host.TellRefund(
            promise,
            (tx, taken) =>
                paid
                    ? Refunding.Succeeded(tx, taken, _host.Time.Now, "re_ours")
                    : Refunding.Sent(tx, taken, "re_ours", _host.Time.Now)
        );
        _host.Time.Advance(Duration.FromMinutes(1));
        await External("re_1", 1_000_000);
        await Fails();
        _host.Time.Advance(Duration.FromMinutes(1));
        (await _finance.Post($"/refunds/{promise}/retry")).Expect(200);
        Assert.That(await MaySend(promise));

        await NotListed(promise);
        Assert.That(await MaySend(promise), "nothing has been refunded since");
        await Fails();
        Assert.That((await Promises()).Single(), Is.EqualTo(("refund_failed", "overpaid", 1_000_000L, promise)));

        (await _finance.Post($"/refunds/{promise}/retry")).Expect(200);
        Assert.That(await MaySend(promise));
        await External("re_2", 1_000_000);
        await NotListed(promise);
        Assert.That(await Promised(), Is.Zero, "now it has");

        Task Fails() =>
            _host.TellRefund(promise, (tx, taken) => Refunding.Failed(tx, taken, "示例原因", _host.Time.Now));
    }

    /// <summary>Of another card payment of the same seat. The refund, which the provider may have been asked for.</summary>
    async Task<string> OverpaidAndAskedFor(long amount)
    {
        Assert.That(await _host.PaidByCheckout(_paymentId, "pi_2", amount));
        var promise = (await Promises()).Single(one => one.Because == "overpaid").Id;
        Assert.That(await MaySend(promise));
        return promise;
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
