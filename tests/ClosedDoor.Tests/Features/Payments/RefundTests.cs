using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Sessions;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using ClosedDoor.Tests.Races;
using Microsoft.Extensions.Logging;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

public class RefundTests
{
    TestHost _host = null!;
    ApiClient _finance = null!;
    ApiClient _other = null!;
    TestCompany _company = null!;
    string _sessionId = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create(("CLOSEDDOOR_REFUND_APPROVAL_FEN", "5000000"));
        _finance = await _host.Given.Organizer(Permission.Finance);
        _other = await _host.Given.Organizer(Permission.Finance);
        _company = await _host.Given.VettedCompany();
        _sessionId = await _host.Given.PublishedSession(seatCap: 2);
    }

    [TearDown]
    public async Task Stop()
    {
        await Books.AreInOrder(_host, _sessionId);
        await _host.DisposeAsync();
    }

    // The day is Monday the 30th of March; the 16th is ten working days before it.
    [TestCase(0, Moves.Price, "refund_due")]
    [TestCase(14, Moves.Price, "refund_due")]
    [TestCase(15, Moves.Price / 2, "refund_due")]
    [TestCase(23, Moves.Price / 2, "refund_due")]
    [TestCase(25, 0, "forfeited")]
    public async Task Row_12_a_cancelled_seat_gives_back_what_its_policy_says(int days, long back, string status)
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        _host.Time.Advance(Duration.FromDays(days));

        var cancelled = (await _company.Api.Cancel(reservationId)).Expect(200);

        Assert.That(cancelled["refund.amount"].GetInt64(), Is.EqualTo(back));
        Assert.That(cancelled["refundCountedInCalendarDays"].GetBoolean(), Is.False);
        var payment = (await _company.Api.Get($"/payments/{paymentId}")).Expect(200);
        Assert.That(payment["status"].GetString(), Is.EqualTo(status));
        Assert.That(payment["refundDue.amount"].GetInt64(), Is.EqualTo(back));
        Assert.That(await _host.Anonymous.Seats(_sessionId), Is.EqualTo((2L, 0L, 0L, 2L)));
    }

    [Test]
    public async Task A_reservation_keeps_the_policy_that_it_was_made_under()
    {
        var organizer = await _host.Given.Owner();
        var (reservationId, _) = await _host.PaidSeat(_company, _sessionId);
        (
            await organizer.Patch(
                $"/sessions/{_sessionId}",
                new { refundPolicy = new { tiers = new[] { new { workingDays = 0, percent = 10 } } } }
            )
        ).Expect(200);
        var later = await _host.PaidSeat(await _host.Given.VettedCompany(), _sessionId);

        Assert.That(
            (await _company.Api.Cancel(reservationId)).Expect(200)["refund.amount"].GetInt64(),
            Is.EqualTo(Moves.Price)
        );
        Assert.That(
            (await organizer.Cancel(later.ReservationId)).Expect(200)["refund.amount"].GetInt64(),
            Is.EqualTo(Moves.Price / 10)
        );
    }

    [Test]
    public async Task A_policy_that_nobody_could_go_by_is_refused()
    {
        var organizer = await _host.Given.Owner();

        var refused = (
            await organizer.Patch(
                $"/sessions/{_sessionId}",
                new { refundPolicy = new { tiers = new[] { new { workingDays = 3, percent = 101 } } } }
            )
        ).Expect(422, "invalid_fields");
        Assert.That(refused["errors"].EnumerateObject().Single().Name, Is.EqualTo("refundPolicy"));
    }

    [Test]
    public async Task Row_12_an_organizer_may_say_otherwise_and_a_company_may_not()
    {
        var organizer = await _host.Given.Organizer(Permission.Organize);
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);

        (
            await _company.Api.Post($"/reservations/{reservationId}/cancel", new { reason = "x", refundPercent = 100 })
        ).Expect(403, "forbidden");
        (
            await organizer.Post($"/reservations/{reservationId}/cancel", new { reason = "x", refundPercent = 101 })
        ).Expect(422, "invalid_fields");
        (
            await organizer.Post(
                $"/reservations/{reservationId}/cancel",
                new { reason = "示例原因", refundPercent = 80 }
            )
        ).Expect(200);

        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That(refund, Is.EqualTo(("refund_due", "override", Moves.Price * 8 / 10, refund.Id)));
        Assert.That((await _finance.Get($"/refunds/{refund.Id}"))["reason"].GetString(), Is.EqualTo("示例原因"));
    }

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
    public async Task Small_steps_do_not_pass_the_second_person()
    {
        var dear = await _host.Given.PublishedSession(price: 9_000_000);
        var (_, paymentId) = await _host.Given.AwaitingTransfer(_company, dear);
        (await _finance.Receive(_host, paymentId, 9_000_000)).Expect(200);

        Assert.That(
            (await _finance.Refund(paymentId, 4_000_000)).Expect(201)["status"].GetString(),
            Is.EqualTo("refund_due")
        );
        var second = (await _finance.Refund(paymentId, 1_000_001)).Expect(201);

        Assert.That(second["status"].GetString(), Is.EqualTo("awaiting_approval"));
        (await _finance.PayOut(_host, second.Id)).Expect(409, "wrong_refund_status");
        (await _finance.Post($"/refunds/{second.Id}/approve")).Expect(409, "second_person_needed");
        (await _other.Post($"/refunds/{second.Id}/withdraw")).Expect(200);
        (await _other.Post($"/refunds/{second.Id}/approve")).Expect(409, "wrong_refund_status");
        await Books.AreInOrder(_host, dear);
    }

    [Test]
    public async Task Row_12_partial_refunds_end_where_the_seat_would_be_kept_for_nothing()
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);

        (await _company.Api.Refund(paymentId, 1)).Expect(403, "forbidden");
        (await _finance.Refund(paymentId, Moves.Price + 1)).Expect(409, "refund_too_large");
        (await _finance.Refund(paymentId, Moves.Price)).Expect(409, "refund_too_large");
        (await _finance.Refund(paymentId, 1_000_000)).Expect(201);
        (await _finance.Refund(paymentId, Moves.Price - 1_000_000)).Expect(409, "refund_too_large");
        (await _finance.Refund(paymentId, 0)).Expect(422, "invalid_fields");
        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("confirmed"));

        // What is left goes by the policy.
        Assert.That(
            (await _company.Api.Cancel(reservationId)).Expect(200)["refund.amount"].GetInt64(),
            Is.EqualTo(Moves.Price - 1_000_000)
        );
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

    [Test]
    public async Task A_company_that_was_told_nothing_of_a_refund_is_not_told_that_it_failed()
    {
        var reservationId = await _host.Given.Hold(_company, _sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        await _host.PaidByCheckout(paymentId, $"pi_{paymentId}");
        var refund = (await _finance.Refund(paymentId, 1_000)).Expect(201).Id;

        await _host.TellRefund(refund, (tx, taken) => Refunding.Failed(tx, taken, "示例原因", _host.Time.Now, "re_1"));

        Assert.That(await _host.MessagesAbout(Refunding.CameBack, refund), Is.Zero);
        Assert.That(await _host.MessagesAbout(Refunding.Returned, refund), Is.EqualTo(1));
    }

    [Test]
    public async Task What_was_refunded_at_the_provider_or_is_contested_is_not_paid_once_more()
    {
        var reservationId = await _host.Given.Hold(_company, _sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        await _host.PaidByCheckout(paymentId, "pi_3");
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;
        Assert.That(
            await _host.Tell(
                paymentId,
                (tx, taken) => Refunding.External(tx, taken, "re_theirs", "pi_3", Moves.Price, _host.Time.Now)
            )
        );
        Assert.That(
            await _host.TellRefund(
                refund,
                (tx, taken) => Refunding.Failed(tx, taken, "charge_already_refunded", _host.Time.Now)
            )
        );

        (await _finance.Post($"/refunds/{refund}/retry")).Expect(409, "refund_too_large");
        (await _finance.Redirect(refund)).Expect(200);
        (await _other.Post($"/refunds/{refund}/approve")).Expect(409, "refund_too_large");
        Assert.That(
            (await _other.Post($"/refunds/{refund}/withdraw")).Expect(200)["status"].GetString(),
            Is.EqualTo("withdrawn")
        );
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task What_a_rule_gives_back_cannot_be_withdrawn()
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;

        (await _other.Post($"/refunds/{refund}/withdraw")).Expect(409, "wrong_refund_status");
    }

    [Test]
    public async Task A_refund_made_at_the_provider_that_fails_later_comes_to_finance()
    {
        var reservationId = await _host.Given.Hold(_company, _sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        await _host.PaidByCheckout(paymentId, "pi_4");
        await _host.Tell(
            paymentId,
            (tx, taken) => Refunding.External(tx, taken, "re_theirs", "pi_4", 1_000_000, _host.Time.Now)
        );
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;

        Assert.That(
            await _host.TellRefund(
                refund,
                (tx, taken) => Refunding.Failed(tx, taken, "expired_card", _host.Time.Now, "re_theirs")
            )
        );

        Assert.That(
            await _host.TellRefund(
                refund,
                (tx, taken) => Refunding.Failed(tx, taken, "expired_card", _host.Time.Now, "re_theirs")
            ),
            Is.False
        );
        Assert.That(await _host.MessagesAbout(Refunding.Returned, refund), Is.EqualTo(1));
        Assert.That((await _finance.RefundsOf("status=refund_failed")).Single().Id, Is.EqualTo(refund));
        await Books.AreInOrder(_host, _sessionId);
        (await _finance.Post($"/refunds/{refund}/withdraw")).Expect(200);
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("confirmed"));
        Assert.That(await _host.StatusOf(reservationId), Is.EqualTo("confirmed"));
    }

    [Test]
    public async Task A_cancelled_session_gives_every_seat_its_money_back()
    {
        var (_, one) = await _host.PaidSeat(_company, _sessionId);
        var (_, two) = await _host.PaidSeat(await _host.Given.VettedCompany(), _sessionId);
        _host.Time.Advance(Duration.FromDays(26));

        (await (await _host.Given.Owner()).Post($"/sessions/{_sessionId}/cancel")).Expect(200);

        Assert.That(
            (await _finance.RefundsOf($"sessionId={_sessionId}")).Select(refund => (refund.Because, refund.Amount)),
            Is.EqualTo([("session_cancelled", Moves.Price), ("session_cancelled", Moves.Price)])
        );
        Assert.That(await _host.PaymentStatusOf(one), Is.EqualTo("refund_due"));
        Assert.That(await _host.PaymentStatusOf(two), Is.EqualTo("refund_due"));
    }

    [Test]
    public async Task Row_12_17_a_contested_payment_is_not_refunded_until_it_is_won()
    {
        var reservationId = await _host.Given.Hold(_company, _sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        Assert.That(await _host.PaidByCheckout(paymentId, "pi_1"));
        Task<bool> Dispute() =>
            _host.Tell(
                paymentId,
                (tx, taken) =>
                    Settle.DisputeOpened(tx, taken, "dp_1", "pi_1", Moves.Price, "fraudulent", null, _host.Time.Now)
            );
        Assert.That(await Dispute());
        Assert.That(await Dispute(), Is.False, "It is recorded once.");

        (await _finance.Refund(paymentId, 1)).Expect(409, "wrong_payment_status");
        (await _company.Api.Cancel(reservationId)).Expect(200);
        Assert.That(await _finance.RefundsOf($"paymentId={paymentId}"), Is.Empty);

        Assert.That(
            await _host.Tell(
                paymentId,
                (tx, taken) => Settle.DisputeClosed(tx, taken, "dp_1", won: true, _host.Time.Now)
            )
        );
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single();
        Assert.That((refund.Because, refund.Amount), Is.EqualTo(("dispute_won", Moves.Price)));
        Assert.That(await _host.MessagesAbout(Refunding.Send, refund.Id), Is.EqualTo(1));
    }

    [Test]
    public async Task Row_14_15_a_provider_may_take_a_refunds_success_back()
    {
        var reservationId = await _host.Given.Hold(_company, _sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        await _host.PaidByCheckout(paymentId, "pi_2", fee: 30_000);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _finance.RefundsOf($"paymentId={paymentId}")).Single().Id;

        // The event is faster than the answer to the call.
        Assert.That(
            await _host.TellRefund(refund, (tx, taken) => Refunding.Succeeded(tx, taken, _host.Time.Now, "re_1"))
        );
        Assert.That(
            await _host.TellRefund(refund, (tx, taken) => Refunding.Sent(tx, taken, "re_1", _host.Time.Now)),
            Is.False
        );
        Assert.That(
            await _host.TellRefund(refund, (tx, taken) => Refunding.Succeeded(tx, taken, _host.Time.Now, "re_1")),
            Is.False
        );
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
        Assert.That(
            await _host.TellRefund(refund, (tx, taken) => Refunding.Failed(tx, taken, "expired_card", _host.Time.Now))
        );
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refund_due"));
        (await _finance.PayOut(_host, refund)).Expect(409, "wrong_refund_status");

        (await _finance.Redirect(refund)).Expect(200);
        (await _other.Post($"/refunds/{refund}/approve")).Expect(200);
        (await _finance.PayOut(_host, refund)).Expect(200);
        Assert.That(await _host.PaymentStatusOf(paymentId), Is.EqualTo("refunded"));
    }

    [Test]
    public async Task Statements_add_up()
    {
        var owner = await _host.Given.Owner();
        var (first, _) = await _host.PaidSeat(_company, _sessionId);
        var (second, secondPayment) = await _host.PaidSeat(await _host.Given.VettedCompany(), _sessionId);
        (await owner.Post($"/reservations/{second}/cancel", new { reason = "示例原因", refundPercent = 50 })).Expect(
            200
        );
        var refund = (await _finance.RefundsOf($"paymentId={secondPayment}")).Single().Id;
        (await _finance.PayOut(_host, refund)).Expect(200);
        var third = await _host.Given.VettedCompany();
        await _host.Given.AwaitingTransfer(third, _sessionId);

        var session = (await _finance.Get($"/sessions/{_sessionId}/statement")).Expect(200);
        long Of(string name) => session[$"{name}.amount"].GetInt64();

        Assert.That(
            (
                Of("revenue"),
                Of("refunds"),
                Of("outstanding"),
                Of("fees"),
                Of("net"),
                Of("received"),
                Of("refundsPaid"),
                Of("cash")
            ),
            Is.EqualTo(
                (
                    3 * Moves.Price,
                    Moves.Price / 2,
                    Moves.Price,
                    0L,
                    3 * Moves.Price - Moves.Price / 2,
                    2 * Moves.Price,
                    Moves.Price / 2,
                    2 * Moves.Price - Moves.Price / 2
                )
            )
        );
        var own = (await third.Api.Get($"/companies/{third.Id}/statement")).Expect(200);
        Assert.That((own["owed.amount"].GetInt64(), own["paid.amount"].GetInt64()), Is.EqualTo((Moves.Price, 0L)));
        (await third.Api.Get($"/companies/{_company.Id}/statement")).Expect(404, "not_found");
        (await third.Api.Get($"/sessions/{_sessionId}/statement")).Expect(403, "forbidden");
    }

    [Test]
    public async Task A_refund_is_its_companys_and_finances_to_see()
    {
        var (reservationId, paymentId) = await _host.PaidSeat(_company, _sessionId);
        (await _company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await _company.Api.RefundsOf($"paymentId={paymentId}")).Single().Id;
        var stranger = await _host.Given.VettedCompany();

        (await _company.Api.Get($"/refunds/{refund}")).Expect(200);
        (await stranger.Api.Get($"/refunds/{refund}")).Expect(404, "not_found");
        Assert.That(await stranger.Api.RefundsOf($"paymentId={paymentId}"), Is.Empty);
        (await _company.Api.PayOut(_host, refund)).Expect(403, "forbidden");
        (await _finance.Get("/refunds?status=lost")).Expect(422, "invalid_fields");
    }

    [Test]
    public async Task Books_that_do_not_balance_are_told_of()
    {
        var (_, paymentId) = await _host.PaidSeat(_company, _sessionId);
        Assert.That(await new CheckLedger(_host.Data, _host.Get<ILogger<CheckLedger>>()).RunOnce(_host.Time.Now));

        await _host.Tamper(
            "UPDATE ledger SET amount = amount + 1 WHERE kind = 'receipt' AND payment_id = @paymentId",
            new { paymentId }
        );

        Assert.That(
            await new CheckLedger(_host.Data, _host.Get<ILogger<CheckLedger>>()).RunOnce(_host.Time.Now),
            Is.False
        );
        await _host.Tamper(
            "UPDATE ledger SET amount = amount - 1 WHERE kind = 'receipt' AND payment_id = @paymentId",
            new { paymentId }
        );
    }
}
