using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// A seat that was paid for is gone, and its money moves on: contested, charged back, given, written off. In the end the
/// company has what its policy gives, from whichever side, and owes no more than what the policy keeps.
/// </summary>
public class EndedSeatTests : EndedSeatDesk
{
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
    public async Task A_promise_that_waits_in_the_outbox_is_not_sent_once_a_fapiao_is_issued_for_its_money()
    {
        await Cancel(50);
        var refund = (await Promises()).Single().Id;
        await _host.Tamper(
            """
            INSERT INTO fapiao (id, payment_id, session_id, company_id, status, profile, amount, currency, number, issued_on,
                requested_at, version)
            SELECT 'fap_1', id, session_id, company_id, 'issued', '{}', amount, currency, '26117000000012345678', '2026-03-02', 1, 1
            FROM payment WHERE id = @_paymentId
            """,
            new { _paymentId }
        );

        Assert.That(await MaySend(refund), Is.False, "its red letter comes first");
    }

    [Test]
    public async Task What_a_second_person_approved_is_not_sent_again_by_the_one_who_asked_for_it()
    {
        var gift = (await _finance.Refund(_paymentId, 2_000_001)).Expect(201).Id;
        (await _other.Post($"/refunds/{gift}/approve")).Expect(200);
        await _host.TellRefund(gift, (tx, locked) => Refunding.Failed(tx, locked, "expired_card", _host.Time.Now));

        (await _finance.Post($"/refunds/{gift}/retry")).Expect(409, "second_person_needed");
        (await _other.Post($"/refunds/{gift}/retry")).Expect(200);
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
}
