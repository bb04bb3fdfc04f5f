using ClosedDoor.Features.Payments;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// A seat that was paid for is gone, and its money moves on: contested, charged back, refunded at the provider. In the end
/// the company has what its policy gives, from whichever side, and owes no more than what the policy keeps.
/// </summary>
public class EndedSeatTests : RefundDesk
{
    const string Intent = "pi_1";
    const long Half = Moves.Price / 2;

    ApiClient _owner = null!;
    string _reservationId = null!;
    string _paymentId = null!;

    private protected override string ApprovalLimit => "2000000";

    [SetUp]
    public async Task Pay()
    {
        _owner = await _host.Given.Owner();
        (_reservationId, _paymentId) = await PaidByCard(Intent);
    }

    [TestCase(100, Moves.Price - 1_000_000, "refund_due")]
    [TestCase(50, Half - 1_000_000, "refund_due")]
    [TestCase(10, 0, "charged_back")]
    public async Task What_a_bank_has_left_of_a_seat_cancelled_while_contested_goes_back(
        int percent,
        long back,
        string status
    )
    {
        await Contest("dp_1", 1_000_000);
        await Cancel(percent);
        Assert.That(await Promised(), Is.Zero, "frozen until it is decided");

        await Decide("dp_1", won: false);

        Assert.That((await Promised(), await _host.PaymentStatusOf(_paymentId)), Is.EqualTo((back, status)));
        Assert.That(await Owed(), Is.EqualTo(percent == 10 ? 1_000_000 - Moves.Price / 10 : 0));
    }

    [TestCase(100, Moves.Price - 1_000_000)]
    [TestCase(50, Half - 1_000_000)]
    public async Task What_a_bank_has_left_goes_back_when_the_seat_is_cancelled_later(int percent, long back)
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        Assert.That(await Owed(), Is.EqualTo(1_000_000));

        var cancelled = await Cancel(percent);

        Assert.That(cancelled["refund.amount"].GetInt64(), Is.EqualTo(back));
        Assert.That((await Promised(), await Owed()), Is.EqualTo((back, 0L)));
    }

    [Test]
    public async Task What_a_policy_keeps_of_money_that_a_bank_took_back_is_owed_paid_and_kept()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        await Cancel(50);
        Assert.That((await Promised(), await Owed()), Is.EqualTo((0L, Half)));

        (await _finance.Receive(_host, _paymentId, Half - 1)).Expect(200);
        Assert.That((await Promised(), await Owed()), Is.EqualTo((0L, 1L)));
        (await _finance.Receive(_host, _paymentId, 89)).Expect(200);

        Assert.That((await Promised(), await Owed()), Is.EqualTo((88L, 0L)), "what is beyond the debt goes back");
    }

    [Test]
    public async Task What_was_promised_and_not_sent_is_set_off_against_a_debt()
    {
        await Cancel(10);
        await Contest("dp_1", Moves.Price * 9 / 10);
        await Decide("dp_1", won: false);
        Assert.That(
            (await Promised(), await Owed()),
            Is.EqualTo((0L, Moves.Price * 8 / 10)),
            "one is set off against the other"
        );

        (await _finance.Receive(_host, _paymentId, Moves.Price)).Expect(200);

        Assert.That((await Promised(), await Owed()), Is.EqualTo((Moves.Price * 2 / 10, 0L)));
    }

    [Test]
    public async Task A_debt_for_a_seat_that_was_forfeited_can_be_written_off()
    {
        await Cancel(0);
        Assert.That(await _host.PaymentStatusOf(_paymentId), Is.EqualTo("forfeited"));
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);

        Assert.That((await _host.PaymentStatusOf(_paymentId), await Owed()), Is.EqualTo(("charged_back", Moves.Price)));
        (await _finance.Post($"/payments/{_paymentId}/write-off", new { reason = "示例原因" })).Expect(200);
        Assert.That(await Owed(), Is.Zero);
    }

    [Test]
    public async Task A_gift_before_a_dispute_is_not_taken_off_what_goes_back_after_it()
    {
        (await _finance.Refund(_paymentId, 100)).Expect(201);
        await Contest("dp_1", 1_000_000);
        await Cancel(100);

        await Decide("dp_1", won: true);

        Assert.That(await Promised(), Is.EqualTo(Moves.Price));
    }

    [Test]
    public async Task A_gift_for_a_seat_that_is_gone_is_kept_once_it_is_withdrawn()
    {
        await Cancel(0);
        var gift = (await _finance.Refund(_paymentId, 2_000_001)).Expect(201);
        Assert.That(gift["status"].GetString(), Is.EqualTo("awaiting_approval"));

        (await _other.Post($"/refunds/{gift.Id}/withdraw")).Expect(200);

        Assert.That(await Promised(), Is.Zero);
    }

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
    public async Task A_promise_whose_money_is_contested_waits_and_is_sent_once_that_is_won()
    {
        await Cancel(100);
        var refund = (await Promises()).Single().Id;
        (await _other.Post($"/refunds/{refund}/approve")).Expect(200);
        await Contest("dp_1", Moves.Price);

        Assert.That(await MaySend(refund), Is.False);
        Assert.That((await Promises()).Single().Status, Is.EqualTo("refund_due"));
        await Decide("dp_1", won: true);

        Assert.That(await MaySend(refund));
    }

    [Test]
    public async Task A_gift_that_is_withdrawn_after_its_session_is_cancelled_goes_back_by_the_rule()
    {
        var gift = (await _finance.Refund(_paymentId, 2_000_001)).Expect(201).Id;
        (await _owner.Post($"/sessions/{_sessionId}/cancel")).Expect(200);

        (await _other.Post($"/refunds/{gift}/withdraw")).Expect(200);

        Assert.That(await Promised(), Is.EqualTo(Moves.Price));
    }

    [Test]
    public async Task A_gift_that_is_withdrawn_after_a_cancellation_at_half_leaves_half()
    {
        var gift = (await _finance.Refund(_paymentId, 2_000_001)).Expect(201).Id;
        await Cancel(50);

        (await _other.Post($"/refunds/{gift}/withdraw")).Expect(200);

        Assert.That(await Promised(), Is.EqualTo(Half));
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

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public async Task What_a_bank_took_and_was_written_off_is_not_paid_out_by_a_later_cancellation(int how)
    {
        await Contest("dp_1", 1_000_000);
        await Decide("dp_1", won: false);
        (await _finance.Post($"/payments/{_paymentId}/write-off", new { reason = "示例原因" })).Expect(200);
        if (how == 1)
            (await _finance.Receive(_host, _paymentId, 1)).Expect(200);
        if (how == 2)
        {
            await Contest("dp_2", 500_000);
            await Decide("dp_2", won: true);
        }

        await Cancel(50);

        Assert.That(await Promised(), Is.EqualTo(Half - 1_000_000 + (how == 1 ? 1 : 0)));
        var statement = (await _finance.Get($"/sessions/{_sessionId}/statement")).Expect(200);
        Assert.That(
            (statement["writtenOff.amount"].GetInt64(), statement["net.amount"].GetInt64()),
            Is.EqualTo((0L, Half)),
            "half was to be kept, and is"
        );
    }

    [Test]
    public async Task A_debt_that_was_written_off_after_the_end_and_is_paid_after_all_is_kept()
    {
        await Contest("dp_1", Moves.Price);
        await Decide("dp_1", won: false);
        await Cancel(50);
        (await _finance.Post($"/payments/{_paymentId}/write-off", new { reason = "示例原因" })).Expect(200);

        (await _finance.Receive(_host, _paymentId, Half)).Expect(200);

        Assert.That(
            (await Promised(), await PaidBeyond(), await _host.PaymentStatusOf(_paymentId)),
            Is.EqualTo((0L, 0L, "charged_back"))
        );
        (await _finance.Receive(_host, _paymentId, 88)).Expect(200);
        Assert.That(await Promised(), Is.EqualTo(88));
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

    [Test]
    public async Task What_the_provider_has_refunded_of_a_seat_cancelled_while_contested_is_not_promised_once_that_is_won()
    {
        await Contest("dp_1", 1_000_000);
        await Cancel(50);
        await External("re_1", Half);

        await Decide("dp_1", won: true);

        Assert.That(await Promised(), Is.Zero);
    }

    /// <summary>60 % of the price is promised, and waits for a second person.</summary>
    async Task<string> CancelAtSixty()
    {
        await Cancel(60);
        var promised = (await Promises()).Single();
        Assert.That(promised.Status, Is.EqualTo("awaiting_approval"));
        return promised.Id;
    }

    async Task<Reply> Cancel(int percent) =>
        (
            await _owner.Post(
                $"/reservations/{_reservationId}/cancel",
                new { reason = "示例原因", refundPercent = percent }
            )
        ).Expect(200);

    async Task<(string Status, string Because, long Amount, string Id)[]> Promises() =>
        [
            .. (await _finance.RefundsOf($"paymentId={_paymentId}")).Where(one =>
                one.Status is "awaiting_approval" or "refund_due" or "refund_failed" or "manual_payout"
            ),
        ];

    async Task<long> Promised() => (await Promises()).Sum(one => one.Amount);

    Task<bool> MaySend(string refund) => _host.Data.Write("test", tx => Refunding.MaySend(tx, refund, _host.Time.Now));

    Task<long> PaidBeyond() => _host.Data.Read(read => LedgerTable.PaidBeyond(read, _paymentId));

    async Task FailsOutside(string id)
    {
        var outside = await _host.Query<string>("SELECT id FROM refund WHERE provider_refund_id = @id", new { id });
        await _host.TellRefund(outside, (tx, taken) => Refunding.Failed(tx, taken, "expired_card", _host.Time.Now, id));
    }

    Task<long> Owed() => _host.Data.Read(read => LedgerTable.Owed(read, _paymentId));

    Task<bool> External(string id, long amount) =>
        _host.Tell(_paymentId, (tx, taken) => Refunding.External(tx, taken, id, Intent, amount, _host.Time.Now));

    Task<bool> Contest(string id, long amount) =>
        _host.Tell(
            _paymentId,
            (tx, taken) => Settle.DisputeOpened(tx, taken, id, Intent, amount, "fraudulent", null, _host.Time.Now)
        );

    Task<bool> Decide(string id, bool won) =>
        _host.Tell(_paymentId, (tx, taken) => Settle.DisputeClosed(tx, taken, id, won, _host.Time.Now));
}
