using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>What becomes of money that has been paid by checkout: refunds of ours and of others, disputes.</summary>
public class AfterCheckoutTests : AtTheTill
{
    [Test]
    public async Task Row_17_a_dispute_freezes_refunds_until_it_is_decided()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        var dispute = await _till.Sandbox.Dispute(await paying.Intent());
        await _till.Deliver(newestFirst: true);
        Assert.That(await paying.Status(), Is.EqualTo("disputed"));
        Assert.That((await finance.Refund(paying.PaymentId, 100)).Status, Is.EqualTo(409));
        Assert.That(await _till.Ours("SELECT COUNT(*) FROM dispute WHERE evidence_due_at IS NOT NULL"), Is.EqualTo(1));

        await _till.Sandbox.CloseDispute(dispute, won: true);
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));

        var second = await _till.Sandbox.Dispute(await paying.Intent());
        await _till.Sandbox.CloseDispute(second, won: false);
        await _till.Deliver(newestFirst: true); // The end is heard of before the beginning.
        Assert.That(await paying.Status(), Is.EqualTo("charged_back"));
    }

    [Test]
    public async Task What_Stripe_keeps_for_a_dispute_is_a_fee_of_the_seat_until_it_gives_it_back()
    {
        var paying = await _till.Paid();
        var before = await Fees();
        var dispute = await _till.Sandbox.Dispute(await paying.Intent());
        await _till.Deliver();
        Assert.That(await Fees(), Is.EqualTo(before + 10_000));
        await _till.BooksAgree();

        await _till.Sandbox.CloseDispute(dispute, won: true);
        await _till.Deliver();

        Assert.That(await Fees(), Is.EqualTo(before));
        await _till.BooksAgree();

        async Task<long> Fees() =>
            (await (await _till.Host.Given.Owner()).Get($"/sessions/{paying.SessionId}/statement"))
                .Expect(200)["fees.amount"]
                .GetInt64();
    }

    [Test]
    public async Task What_was_read_of_a_dispute_before_its_fee_came_back_does_not_take_that_back()
    {
        var paying = await _till.Paid();
        var intent = await paying.Intent();
        var dispute = await _till.Sandbox.Dispute(intent);
        var read = (await _till.Host.Get<StripeClient>().GetDispute(dispute, default)).Value;
        await _till.Sandbox.CloseDispute(dispute, won: true);
        await _till.Deliver();

        // By a worker that was slower than the one that read the decision.
        var at = (await _till.Host.Data.Read(db => MoneyTrail.Of(db, intent)))!;
        await StripeDisputes.Apply(_till.Host.Data, at, read, intent, _till.Host.Time.Now);

        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [Test]
    public async Task What_is_reinstated_after_a_dispute_was_lost_pays_for_the_seat_again()
    {
        var paying = await _till.Paid();
        var dispute = await _till.Sandbox.Dispute(await paying.Intent());
        await _till.Sandbox.CloseDispute(dispute, won: false);
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("charged_back"));

        await _till.Sandbox.ReinstateDispute(dispute);
        await _till.Deliver();

        Assert.That((await paying.Status(), await paying.Seat()), Is.EqualTo(("confirmed", "confirmed")));
        Assert.That(await Books.Faults(_till.Host, paying.SessionId), Is.Empty);
        await _till.BooksAgree();
    }

    [Test]
    public async Task What_is_reinstated_in_part_is_booked_as_a_part_and_then_the_rest()
    {
        var paying = await _till.Paid();
        var dispute = await _till.Sandbox.Dispute(await paying.Intent());
        await _till.Sandbox.CloseDispute(dispute, won: false);
        await _till.Deliver();
        var before = await AtStripe();

        await _till.Sandbox.ReinstateDispute(dispute, part: 1_000_000);
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("charged_back"));
        Assert.That(await AtStripe() - before, Is.EqualTo(1_000_000));
        Assert.That(await Books.Faults(_till.Host, paying.SessionId), Is.Empty);

        await _till.Sandbox.ReinstateDispute(dispute);
        await _till.Deliver();
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        Assert.That(await AtStripe() - before, Is.EqualTo(Moves.Price));
        Assert.That(await Books.Faults(_till.Host, paying.SessionId), Is.Empty);
        await _till.BooksAgree();

        Task<long> AtStripe() =>
            _till.Ours(
                "SELECT CAST(SUM(CASE WHEN debit = 'stripe' THEN amount WHEN credit = 'stripe' THEN -amount ELSE 0 END) AS BIGINT) FROM ledger"
            );
    }

    [Test]
    public async Task Row_16_a_refund_made_in_Stripes_dashboard_is_recorded_once_and_the_seat_stays()
    {
        var paying = await _till.Paid();
        await _till.Sandbox.Call("/v1/refunds", ("payment_intent", await paying.Intent()), ("amount", "100"));
        await _till.Deliver();
        await _till.ReconcileEvents();
        Assert.That(
            await _till.Ours("SELECT COUNT(*) FROM refund WHERE status = 'external_refund' AND amount = 100"),
            Is.EqualTo(1)
        );
        Assert.That(await paying.Seat(), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [Test]
    public async Task What_the_dashboard_has_left_of_a_promised_refund_goes_back()
    {
        var paying = await _till.Paid();
        await RefundInTheDashboard(paying, 100);
        (await paying.Company.Api.Cancel(paying.ReservationId)).Expect(200);

        await SendWhatIsLeft();

        Assert.That(
            await _till.Ours("SELECT amount FROM refund WHERE status = 'refunded' AND because = 'policy'"),
            Is.EqualTo(Moves.Price - 100)
        );
        Assert.That(await paying.Status(), Is.EqualTo("refunded"));
        Assert.That(await Books.Faults(_till.Host, paying.SessionId), Is.Empty);
        await _till.BooksAgree();
    }

    [TestCase(100)]
    [TestCase(Moves.Price)]
    public async Task A_double_payment_that_the_dashboard_has_refunded_leaves_the_price_paid_and_nothing_owed(
        long amount
    )
    {
        var paying = await _till.Paid();
        await RefundInTheDashboard(paying, amount);
        (await (await _till.Host.Given.Owner()).Receive(_till.Host, paying.PaymentId)).Expect(200);

        await SendWhatIsLeft();

        Assert.That(
            await _till.Ours("SELECT CAST(SUM(amount) AS BIGINT) FROM refund WHERE status <> 'withdrawn'"),
            Is.EqualTo(Moves.Price)
        );
        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        Assert.That(await Books.Faults(_till.Host, paying.SessionId), Is.Empty);
        await _till.BooksAgree();
    }

    async Task RefundInTheDashboard(Paying paying, long amount) =>
        await _till.Sandbox.Call("/v1/refunds", ("payment_intent", await paying.Intent()), ("amount", $"{amount}"));

    /// <summary>Stripe says no to the whole, for some is gone; then the rest is asked for, with nobody at work on it.</summary>
    async Task SendWhatIsLeft()
    {
        for (var i = 0; i < 2; i++)
        {
            await _till.Work();
            await _till.Deliver();
        }
    }

    [Test]
    public async Task Row_16_a_refund_made_in_Stripes_dashboard_that_fails_later_counts_no_more()
    {
        var paying = await _till.Paid();
        var made = await _till.Sandbox.Call(
            "/v1/refunds",
            ("payment_intent", await paying.Intent()),
            ("amount", "100")
        );
        await _till.Deliver();

        await _till.Sandbox.MoveRefund(made.GetProperty("id").GetString()!, "failed");
        await _till.Deliver();
        await _till.ReconcileRefunds();

        var refund = await _till.Host.Query<string>("SELECT id FROM refund");
        Assert.That(await _till.Host.Query<string>("SELECT status FROM refund"), Is.EqualTo("withdrawn"));
        (await (await _till.Host.Given.Owner()).Post($"/refunds/{refund}/retry")).Expect(409, "wrong_refund_status");
        Assert.That(await paying.Seat(), Is.EqualTo("confirmed"));
        await _till.BooksAgree();
    }

    [Test]
    public async Task A_retry_that_fails_at_once_is_seen_to_have_failed()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        await _till.Sandbox.RefundsBegin("failed");
        var refund = (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201).Id;
        await _till.Work();
        Assert.That(await Status(), Is.EqualTo("refund_failed"));

        (await finance.Post($"/refunds/{refund}/retry")).Expect(200);
        await _till.Work();
        Assert.That(await Status(), Is.EqualTo("refund_failed"), "not that of the first try once more");
        await _till.Sandbox.RefundsBegin("succeeded");
        (await finance.Post($"/refunds/{refund}/retry")).Expect(200);
        await _till.Work();
        await _till.Deliver();

        Assert.That(await Status(), Is.EqualTo("refunded"));
        await _till.BooksAgree();

        Task<string> Status() => _till.Host.Query<string>("SELECT status FROM refund");
    }

    [Test]
    public async Task That_a_refund_succeeded_means_nothing_once_it_has_failed()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        await _till.Sandbox.RefundsBegin("pending");
        var refund = (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201).Id;
        await _till.Work();
        var intent = await paying.Intent();
        var read = (await _till.Host.Get<StripeClient>().ListRefunds(intent)).Single() with { Status = "succeeded" };
        await _till.Sandbox.MoveRefund(read.Id, "failed");
        await _till.Deliver();
        Assert.That(await Status(), Is.EqualTo("refund_failed"));

        await StripeRefunds.Apply(_till.Host.Data, intent, read, _till.Host.Time.Now);
        Assert.That(await Status(), Is.EqualTo("refund_failed"));
        (await finance.Post($"/refunds/{refund}/retry")).Expect(200);
        await StripeRefunds.Apply(_till.Host.Data, intent, read, _till.Host.Time.Now);
        Assert.That(await Status(), Is.EqualTo("refund_due"));
        await _till.Work();

        Assert.That(await Status(), Is.EqualTo("refund_pending"), "The new try counts.");

        Task<string> Status() => _till.Host.Query<string>("SELECT status FROM refund");
    }

    [Test]
    public async Task A_refund_that_left_though_it_was_withdrawn_is_recorded_as_one_of_others()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        await _till.Sandbox.Fault("POST", "/v1/refunds", "drop_after", times: 3);
        var refund = (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201).Id;
        await _till.Work(); // Stripe has it, and we have no answer.
        await _till.Host.TellRefund(
            refund,
            (tx, taken) => Refunding.Failed(tx, taken, "示例原因", _till.Host.Time.Now)
        );
        (await finance.Post($"/refunds/{refund}/withdraw")).Expect(200);

        await _till.Deliver();

        Assert.That(
            (await finance.RefundsOf($"paymentId={paying.PaymentId}")).Select(one => (one.Status, one.Amount)),
            Is.EquivalentTo([("withdrawn", 1_000_000L), ("external_refund", 1_000_000L)])
        );
        await _till.BooksAgree();
    }

    [Test]
    public async Task Refunds_that_wait_for_a_red_letter_keep_none_of_the_others_waiting()
    {
        var paying = await _till.Paid();
        await _till.Sandbox.RefundsBegin("pending");
        var refund = (await (await _till.Host.Given.Owner()).Refund(paying.PaymentId, 1_000)).Expect(201).Id;
        await _till.Work();
        await _till.Host.Tamper(
            """
            INSERT INTO fapiao (id, payment_id, session_id, company_id, status, profile, amount, currency, number, issued_on, requested_at, version)
            SELECT 'fap_1', id, session_id, company_id, 'issued', '{}', amount, currency, '27112000000000000001', '2026-03-02', 1, 1
            FROM payment
            """
        );
        await _till.Host.Tamper(
            """
            INSERT INTO refund (id, payment_id, receipt_id, reservation_id, session_id, company_id, method, status, because,
                amount, currency, payee_name, by_hand, requested_by, out_of_price, given, created_at, version)
            WITH RECURSIVE held (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM held WHERE number < 200)
            SELECT 'rfd_00' || CAST(held.number AS TEXT), payment_id, receipt_id, reservation_id, session_id, company_id, method,
                'refund_due', because, 1, currency, payee_name, by_hand, requested_by, 1, 0, created_at, 1
            FROM refund CROSS JOIN held
            """
        );
        var sent = await _till.Host.Query<string>(
            "SELECT provider_refund_id FROM refund WHERE id = @refund",
            new { refund }
        );
        await _till.Sandbox.MoveRefund(sent, "succeeded");

        await _till.ReconcileRefunds();

        Assert.That(
            await _till.Host.Query<string>("SELECT status FROM refund WHERE id = @refund", new { refund }),
            Is.EqualTo("refunded")
        );
    }

    [Test]
    public async Task Row_13_14_a_refund_is_asked_for_once_polled_and_may_fail_after_success()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        await _till.Sandbox.RefundsBegin("pending");
        await _till.Sandbox.Fault("POST", "/v1/refunds", "drop_after", times: 3);
        (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201);
        await _till.Work();
        await _till.Advance(Duration.FromMinutes(1));
        await _till.Work();
        Assert.That(await RefundStatus(), Is.EqualTo("refund_pending"));

        var id = (await _till.Sandbox.Call($"/v1/refunds?payment_intent={await paying.Intent()}"))
            .GetProperty("data")
            .EnumerateArray()
            .Single()
            .GetProperty("id")
            .GetString()!;
        await _till.Sandbox.MoveRefund(id, "succeeded");
        await _till.ReconcileRefunds();
        Assert.That(await RefundStatus(), Is.EqualTo("refunded"));
        await _till.BooksAgree();

        await _till.Sandbox.MoveRefund(id, "failed");
        await _till.Deliver();
        Assert.That(await RefundStatus(), Is.EqualTo("refund_failed"));

        Task<string> RefundStatus() => _till.Host.Query<string>("SELECT status FROM refund");
    }

    [Test]
    public async Task Row_14_after_a_day_a_refund_without_an_answer_is_found_in_Stripes_list()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        await _till.Sandbox.Fault("POST", "/v1/refunds", "drop_after", times: 3);
        (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201);
        await _till.Work();
        await _till.Advance(Duration.FromHours(25)); // Stripe has forgotten the key: asked again, it would pay twice.
        await _till.Work();
        Assert.That(await _till.Host.Query<string>("SELECT status FROM refund"), Is.EqualTo("refunded"));
        Assert.That((await _till.Sandbox.Books()).GetProperty("refunded").GetInt64(), Is.EqualTo(1_000_000));
    }

    [Test]
    public async Task Row_15_past_the_providers_window_two_people_pay_by_bank()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        var other = await _till.Host.Given.Organizer(Permission.Finance);
        await _till.Advance(Duration.FromDays(181));
        var refund = (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201).Id;
        await _till.Work();
        Assert.That((await finance.Get($"/refunds/{refund}"))["status"].GetString(), Is.EqualTo("refund_failed"));

        (await finance.Redirect(refund)).Expect(200);
        (await finance.Post($"/refunds/{refund}/approve")).Expect(409, "second_person_needed");
        (await other.Post($"/refunds/{refund}/approve")).Expect(200);
        (await other.PayOut(_till.Host, refund)).Expect(409, "second_person_needed");
        (await finance.PayOut(_till.Host, refund)).Expect(200);

        Assert.That((await finance.Get($"/refunds/{refund}"))["status"].GetString(), Is.EqualTo("refunded"));
        await _till.BooksAgree();
    }
}
