using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>Refunds that finance pays by bank.</summary>
public class PayoutTests : RefundDesk
{
    [Test]
    public async Task Row_15_a_refund_by_bank_is_proven_by_a_serial_that_proves_nothing_else()
    {
        var (one, onePayment) = await _host.PaidSeat(_company, _sessionId);
        var (two, twoPayment) = await _host.PaidSeat(await _host.Given.VettedCompany(), _sessionId);
        var owner = await _host.Given.Owner();
        (await owner.Cancel(one)).Expect(200);
        (await owner.Cancel(two)).Expect(200);
        var first = (await _finance.RefundsOf($"paymentId={onePayment}")).Single().Id;
        var second = (await _finance.RefundsOf($"paymentId={twoPayment}")).Single().Id;

        var paid = (await _finance.PayOut(_host, first, "out-1")).Expect(200);

        Assert.That(paid["status"].GetString(), Is.EqualTo("refunded"));
        Assert.That(paid["bankSerial"].GetString(), Is.EqualTo("OUT-1"));
        (await _finance.PayOut(_host, second, "OUT-1")).Expect(409, "bank_serial_recorded");
        (await _finance.PayOut(_host, first, "OUT-2")).Expect(409, "wrong_refund_status");
        var payment = await _finance.Get($"/payments/{onePayment}");
        Assert.That(
            (
                payment["status"].GetString(),
                payment["refunded.amount"].GetInt64(),
                payment["refundDue.amount"].GetInt64()
            ),
            Is.EqualTo(("refunded", Moves.Price, 0L))
        );
        Assert.That(await _host.MessagesAbout(Refunding.Paid, first), Is.EqualTo(1));
        (await _finance.PayOut(_host, second, "OUT-3")).Expect(200);
    }

    [Test]
    public async Task Row_15_a_payout_that_the_bank_returns_comes_back_to_the_queue_and_is_paid_again()
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        (await _finance.PayOut(_host, refund)).Expect(200);

        (await _finance.Post($"/refunds/{refund}/bounce", new { reason = "户名不符" })).Expect(200);

        Assert.That((await _finance.RefundsOf("status=refund_failed")).Single().Id, Is.EqualTo(refund));
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refund_due"));
        // To another account: a letter, and a second person.
        (await _finance.Redirect(refund)).Expect(200);
        (await _finance.PayOut(_host, refund)).Expect(409, "wrong_refund_status");
        (await _finance.Post($"/refunds/{refund}/approve")).Expect(409, "second_person_needed");
        (await _other.Post($"/refunds/{refund}/approve")).Expect(200);
        (await _other.PayOut(_host, refund)).Expect(409, "second_person_needed");
        Assert.That(
            (await _finance.PayOut(_host, refund)).Expect(200)["payeeName"].GetString(),
            Is.EqualTo("示例企业新户名")
        );
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task Who_asked_for_a_refund_approves_it_by_no_key_either()
    {
        var owner = await _host.Given.Owner();
        var key = await _host.Given.Key(owner, "finance");
        var another = await _host.Given.Key(owner, "finance");
        var dear = await _host.Given.PublishedSession(price: 9_000_000);
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, dear);
        (await _finance.Receive(_host, paymentId, 9_000_000)).Expect(200);
        var byOwner = (await owner.Refund(paymentId, 5_000_001)).Expect(201).Id;
        var byKey = (await key.Refund(paymentId, 1_000_000)).Expect(201).Id;

        foreach (var (refund, one) in new[] { (byOwner, key), (byKey, owner), (byKey, another) })
            (await one.Post($"/refunds/{refund}/approve")).Expect(409, "second_person_needed");
        (await _other.Post($"/refunds/{byKey}/approve")).Expect(200);
        (await _other.PayOut(_host, byKey)).Expect(409, "second_person_needed");

        (await _other.Post($"/refunds/{byOwner}/approve")).Expect(200);
        (await owner.PayOut(_host, byOwner)).Expect(200);
        (await key.Post($"/refunds/{byOwner}/bounce", new { reason = "户名不符" })).Expect(200);
        (await key.Post($"/refunds/{byOwner}/retry")).Expect(409, "second_person_needed");
        await Books.AreInOrder(_host, dear);
    }

    [Test]
    public async Task Who_approved_a_payout_makes_it_by_no_key_either()
    {
        var owner = await _host.Given.Owner();
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        (await _finance.Redirect(refund)).Expect(200);
        (await owner.Post($"/refunds/{refund}/approve")).Expect(200);

        (await (await _host.Given.Key(owner, "finance")).PayOut(_host, refund)).Expect(409, "second_person_needed");
        (await _finance.PayOut(_host, refund)).Expect(200);
    }

    [Test]
    public async Task Money_paid_twice_goes_back_to_each_account_it_came_from()
    {
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, _sessionId);
        (await _finance.Receive(_host, paymentId, 1_000_000)).Expect(200);
        (await _finance.Receive(_host, paymentId, Moves.Price)).Expect(200);

        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That((refund.Because, refund.Amount), Is.EqualTo(("overpaid", 1_000_000L)));
        (await _finance.PayOut(_host, refund.Id)).Expect(200);
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("confirmed"));
        Assert.That(await _host.MessagesAbout(Settle.Overpaid, paymentId), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_money_that_came_in_one_moment_the_last_serial_goes_back_first()
    {
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, _sessionId);
        var part = Moves.Price / 5;
        foreach (var serial in new[] { "M3", "M5", "M1", "M4", "M2" })
            (
                await _finance.Post(
                    $"/payments/{paymentId}/receive",
                    new
                    {
                        bankSerial = serial,
                        amount = new { amount = part, currency = "CNY" },
                        payerName = $"示例企业{serial}",
                        receivedOn = Zones.Today(_host.Time.Now),
                    }
                )
            ).Expect(200);

        foreach (var serial in new[] { "M5", "M4", "M3", "M2" })
            Assert.That(
                (await _finance.Refund(paymentId, part)).Expect(201)["payeeName"].GetString(),
                Is.EqualTo($"示例企业{serial}")
            );
    }

    [Test]
    public async Task A_refund_that_fails_is_told_to_everybody_in_finance()
    {
        var owner = await _host.Given.Owner();
        await _host.Given.Organizer(Permission.Door);
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        (await _finance.PayOut(_host, refund)).Expect(200);
        await _host.DeliverMails();

        (await _finance.Post($"/refunds/{refund}/bounce", new { reason = "户名不符" })).Expect(200);

        var mails = await _host.DeliverMails();
        var finance = await _host.Data.Read(read =>
            read.All<string>(
                "SELECT email FROM account WHERE role = 'organizer' AND (permissions LIKE '%finance%' OR permissions LIKE '%owner%')"
            )
        );
        var toFinance = mails.Where(mail => mail.PlainText.Contains("退款未能完成", StringComparison.Ordinal)).ToList();
        Assert.That(toFinance.Select(mail => mail.Headers["To"]), Is.EquivalentTo(finance));
        toFinance[0].AssertSays("户名不符", "38,800.00", $"/refunds/{refund}");
        // Its company has been told that the money had left.
        mails.Except(toFinance).Single().AssertSays("未能到账", "38,800.00");
        (await owner.Post($"/refunds/{refund}/retry")).Expect(200);
    }
}
