using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// Somebody refunds in the provider's dashboard while ours of the same seems to be on its way, and then it turns out that
/// ours has not left. What was made there takes its place, as far as it goes, and what else was given stays given.
/// </summary>
public class StoodInTests : EndedSeatDesk
{
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

        await _host.TellRefund(promise, (tx, locked) => Refunding.Failed(tx, locked, "示例原因", _host.Time.Now));

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
    public async Task A_gift_that_was_made_at_the_provider_meanwhile_is_given_once_also_after_a_loss_that_was_made_up()
    {
        const long Lost = 300_000;
        await Contest("dp_1", Lost);
        await Decide("dp_1", won: false);
        _host.Time.Advance(Duration.FromMinutes(1));
        (await _finance.Receive(_host, _paymentId, Lost)).Expect(200);
        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("confirmed", 0L)));
        (await _finance.Refund(_paymentId, Lost + 2_200_000)).Expect(201);
        foreach (var waits in await Promises())
            (await _other.Post($"/refunds/{waits.Id}/approve")).Expect(200);
        var byCard = (await Promises()).Single(one => one.Amount == 2_200_000).Id;
        Assert.That(await MaySend(byCard));
        await External("re_1", 2_200_000);

        await NotListed(byCard);

        Assert.That((await Promises()).Select(one => (one.Because, one.Amount)), Is.EqualTo([("goodwill", Lost)]));
        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("confirmed", 0L)));
    }

    [Test]
    public async Task What_two_refunds_at_the_provider_leave_of_a_gift_is_given_and_counts_as_due_for_nothing()
    {
        const long Tenth = Moves.Price / 10;
        var gift = (await _finance.Refund(_paymentId, 6 * Tenth)).Expect(201).Id;
        (await _other.Post($"/refunds/{gift}/approve")).Expect(200);
        Assert.That(await MaySend(gift));
        await Cancel(50);
        await External("re_1", 3 * Tenth);
        await External("re_2", 2 * Tenth);

        await NotListed(gift);

        // What went back beyond the two tenths that are due after the gift, 3 of 5, stood in for so much of it.
        Assert.That((await Promises()).Select(one => (one.Because, one.Amount)), Is.EqualTo([("goodwill", 3 * Tenth)]));
        Assert.That(await Owed(), Is.Zero);
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

    [Test]
    public async Task A_gift_that_failed_and_is_withdrawn_afterwards_has_nothing_to_do_with_it()
    {
        var promise = await OverpaidAndAskedFor(1_000_000);
        var gift = (await _finance.Refund(_paymentId, 100_000)).Expect(201).Id;
        Assert.That(await MaySend(gift));
        await _host.TellRefund(gift, (tx, taken) => Refunding.Sent(tx, taken, "re_gift", _host.Time.Now));
        await External("re_1", 1_000_000);
        _host.Time.Advance(Duration.FromMinutes(1));
        await _host.TellRefund(gift, (tx, taken) => Refunding.Failed(tx, taken, "示例原因", _host.Time.Now, "re_gift"));
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
            (tx, locked) =>
                paid
                    ? Refunding.Succeeded(tx, locked, _host.Time.Now, "re_ours")
                    : Refunding.Sent(tx, locked, "re_ours", _host.Time.Now)
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
            _host.TellRefund(promise, (tx, locked) => Refunding.Failed(tx, locked, "示例原因", _host.Time.Now));
    }

    /// <summary>Of another card payment of the same seat. The refund, which the provider may have been asked for.</summary>
    async Task<string> OverpaidAndAskedFor(long amount)
    {
        Assert.That(await _host.PaidByCheckout(_paymentId, "pi_2", amount));
        var promise = (await Promises()).Single(one => one.Because == "overpaid").Id;
        Assert.That(await MaySend(promise));
        return promise;
    }
}
