using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>Refunds of money that has been paid by checkout: from the asking to the proof that it went.</summary>
public class StripeRefundsTests : AtTheTill
{
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
    public async Task Refunds_that_cannot_be_settled_keep_none_of_the_others_waiting()
    {
        var finance = await _till.Host.Given.Owner();
        // All are paid before the first is refunded: what delivers the payments would send the refunds.
        var paid = new[] { await _till.Paid(), await _till.Paid(), await _till.Paid() };
        var refunds = new List<string>();
        foreach (var paying in paid)
            refunds.Add((await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201).Id);
        foreach (var broken in new[] { refunds[0], refunds[2] })
            await _till.Host.Tamper(
                "UPDATE refund SET receipt_id = (SELECT receipt_id FROM refund WHERE id = @good) WHERE id = @broken",
                new { broken, good = refunds[1] }
            );

        var run = (await Assert.ThrowsAsync<AggregateException>(_till.ReconcileRefunds))!;

        Assert.That(
            run.InnerExceptions.Select(one => one.Message),
            Is.EquivalentTo(new[] { refunds[0], refunds[2] }.Select(id => $"{id} could not be reconciled."))
        );
        Assert.That(
            await _till.Host.Query<string>("SELECT status FROM refund WHERE id = @id", new { id = refunds[1] }),
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
