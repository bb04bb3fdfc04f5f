using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>Refunds of money that has been paid by checkout, which others make in the dashboard beside ours.</summary>
public class DashboardRefundsTests : AtTheTill
{
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
    public async Task A_refund_that_left_though_it_was_withdrawn_is_recorded_as_one_of_others()
    {
        var paying = await _till.Paid();
        var finance = await _till.Host.Given.Owner();
        await _till.Sandbox.Fault("POST", "/v1/refunds", "drop_after", times: 3);
        var refund = (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201).Id;
        await _till.Work(); // Stripe has it, and we have no answer.
        await _till.Host.TellRefund(
            refund,
            (tx, locked) => Refunding.Failed(tx, locked, "示例原因", _till.Host.Time.Now)
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
    public async Task A_refund_that_is_withdrawn_while_Stripes_word_of_it_comes_in_has_left_all_the_same()
    {
        var paying = await _till.Paid();
        var intent = await paying.Intent();
        var finance = await _till.Host.Given.Owner();
        await _till.Sandbox.Fault("POST", "/v1/refunds", "drop_after", times: 3);
        var gift = (await finance.Refund(paying.PaymentId, 1_000_000)).Expect(201).Id;
        await _till.Work(); // Asked for, and without an answer.
        var ours = (await _till.Host.Get<StripeClient>().ListRefunds(intent)).Single();
        await _till.Sandbox.Call("/v1/refunds", ("payment_intent", intent), ("amount", "1000000"));
        var theirs = (await _till.Host.Get<StripeClient>().ListRefunds(intent)).Single(one => one.Id != ours.Id);
        await StripeRefunds.Apply(_till.Host.Data, intent, theirs, _till.Host.Time.Now);

        // A reconciler that has read a list without ours withdraws it, for the other stood in.
        var withdrawn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reconciler = _till.Host.Data.Write(
            "test",
            async tx =>
            {
                await Refunding.NotListed(tx, gift, _till.Host.Time.Now);
                withdrawn.TrySetResult();
                if (TestDatabase.IsPostgres) // SQLite has one writer, and the other waits for it as a whole.
                    await goOn.Task;
                return true;
            }
        );
        await withdrawn.Task;
        var event_ = StripeRefunds.Apply(_till.Host.Data, intent, ours, _till.Host.Time.Now);
        while (TestDatabase.IsPostgres && await WaitForLocks() == 0)
            await Task.Delay(10);
        goOn.SetResult();
        await Task.WhenAll(reconciler, event_).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.That(
            (await finance.RefundsOf($"paymentId={paying.PaymentId}")).Select(one => (one.Status, one.Amount)),
            Is.EquivalentTo([
                ("withdrawn", 1_000_000L),
                ("external_refund", 1_000_000L),
                ("external_refund", 1_000_000L),
            ])
        );
        await _till.BooksAgree();
        await Books.AreInOrder(_till.Host, paying.SessionId);

        Task<long> WaitForLocks() =>
            _till.Ours(
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            );
    }
}
