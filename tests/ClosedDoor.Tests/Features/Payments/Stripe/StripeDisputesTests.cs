using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>Disputes of money that has been paid by checkout: frozen, decided, and taken back.</summary>
public class StripeDisputesTests : AtTheTill
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
}
