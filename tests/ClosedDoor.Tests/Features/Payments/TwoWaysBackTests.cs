using ClosedDoor.Platform.Outbox;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// Money goes back by our promises and, beside them, in the provider's dashboard or through the buyer's bank: no more goes
/// back in all for that, and nobody gets round the second person by it.
/// </summary>
public class TwoWaysBackTests : EndedSeatDesk
{
    [Test]
    public async Task A_gift_from_before_the_end_comes_out_of_the_price_however_its_money_goes()
    {
        (await _finance.Refund(_paymentId, 2_000_001)).Expect(201);
        await Cancel(50);
        var due = 2_000_001 + (Moves.Price - 2_000_001 + 1) / 2;
        Assert.That(await Promised(), Is.EqualTo(due));

        var outside = (Moves.Price - 2_000_001 + 1) / 2 + 500_000;
        await External("re_1", outside);

        Assert.That(await Promised(), Is.EqualTo(due - outside));
    }

    [Test]
    public async Task Gifts_from_before_and_after_the_end_are_both_counted_once_when_their_money_goes_at_the_provider()
    {
        (await _finance.Refund(_paymentId, 2_000_001)).Expect(201);
        await Cancel(0);
        (await _finance.Refund(_paymentId, 800_000)).Expect(201);

        await External("re_1", 2_500_001);

        Assert.That(await Promised(), Is.EqualTo(300_000));
    }

    [Test]
    public async Task Who_ended_the_seat_does_not_approve_what_goes_back_for_it_after_a_refund_at_the_provider()
    {
        await Cancel(60);
        (await _owner.Post($"/refunds/{(await Promises()).Single().Id}/approve")).Expect(409, "second_person_needed");

        await External("re_1", 1);

        var rest = (await Promises()).Single();
        Assert.That(rest.Status, Is.EqualTo("awaiting_approval"));
        (await _owner.Post($"/refunds/{rest.Id}/approve")).Expect(409, "second_person_needed");
        (await _other.Post($"/refunds/{rest.Id}/approve")).Expect(200);
    }

    [Test]
    public async Task Who_ended_the_seat_does_not_approve_what_goes_back_for_it_once_a_dispute_is_won()
    {
        await Contest("dp_1", Moves.Price);
        await Cancel(60);
        await Decide("dp_1", won: true);

        (await _owner.Post($"/refunds/{(await Promises()).Single().Id}/approve")).Expect(409, "second_person_needed");
    }

    [Test]
    public async Task One_half_of_a_double_payment_that_is_refunded_at_the_provider_is_not_paid_by_bank_as_well()
    {
        _host.Time.Advance(Duration.FromMinutes(1));
        (await _finance.Receive(_host, _paymentId, Moves.Price)).Expect(200);
        Assert.That(await Promised(), Is.EqualTo(Moves.Price));

        await External("re_1", Moves.Price);

        Assert.That((await Promised(), await _host.PaymentStatusOf(_paymentId)), Is.EqualTo((0L, "confirmed")));
    }

    [Test]
    public async Task What_goes_back_by_a_seats_terms_is_not_said_to_be_overpaid()
    {
        _host.Time.Advance(Duration.FromMinutes(1));
        (await _finance.Receive(_host, _paymentId, 88)).Expect(200);
        (await _finance.PayOut(_host, (await Promises()).Single().Id)).Expect(200);
        await External("re_1", Moves.Price);
        await Cancel(50);

        await FailsOutside("re_1");

        Assert.That((await Promises()).Select(one => (one.Because, one.Amount)), Is.EqualTo([("policy", Half)]));
    }

    [Test]
    public async Task A_company_that_cancelled_while_its_money_was_contested_is_told_of_the_dispute_and_not_of_late_money()
    {
        await Contest("dp_1", Moves.Price);
        await Cancel(50);
        await Decide("dp_1", won: true);

        await _host.Get<OutboxWorker>().RunOnce(_host.Time.Now);

        var mails = Directory.GetFiles(_host.MailFolder).Select(ReceivedMail.Open).ToList();
        Assert.That(
            mails.Count(mail => mail.PlainText.Contains("争议作出裁定", StringComparison.Ordinal)),
            Is.EqualTo(1)
        );
        Assert.That(mails.Count(mail => mail.PlainText.Contains("未能取得席位", StringComparison.Ordinal)), Is.Zero);
    }
}
