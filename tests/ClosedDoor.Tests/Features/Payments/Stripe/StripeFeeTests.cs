using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>
/// What Stripe keeps of a payment. Where it captures in the background, its default, a payment is paid before that is known.
/// </summary>
public class StripeFeeTests : AtTheTill
{
    [SetUp]
    public Task CapturesInTheBackground() => _till.Sandbox.CaptureLater();

    [Test]
    public async Task A_fee_that_becomes_known_after_the_money_is_posted_once_when_an_event_tells_of_it()
    {
        var paying = await _till.Paid();
        Assert.That(await Fees(), Is.Zero);

        await _till.Sandbox.Capture();
        await _till.Deliver();
        Assert.That(await Fees(), Is.EqualTo(1));
        await _till.BooksAgree();

        await TimePasses();
        (await paying.Check()).Expect(200);
        Assert.That(await Fees(), Is.EqualTo(1));
        Assert.That(
            await _till.Host.Query<long>(
                "SELECT COUNT(*) FROM ledger JOIN receipt ON receipt.id = ledger.subject WHERE kind = 'fee' AND ledger.payment_id = @PaymentId",
                paying
            ),
            Is.EqualTo(1)
        );
        await Books.AreInOrder(_till.Host, paying.SessionId);
        Assert.That(await Asked(), Is.Zero);
    }

    [Test]
    public async Task Where_no_event_comes_Stripe_is_asked_for_the_fee_until_it_is_known()
    {
        var paying = await _till.Paid();
        await TimePasses();
        Assert.That(await Fees(), Is.Zero);

        await _till.Sandbox.Capture();
        await TimePasses();

        Assert.That(await Fees(), Is.EqualTo(1));
        await _till.BooksAgree();
        await Books.AreInOrder(_till.Host, paying.SessionId);
        Assert.That(await Asked(), Is.Zero);
    }

    [Test]
    public async Task Events_of_a_charge_before_its_money_settle_the_money_with_its_fee()
    {
        var paying = await _till.Pay();
        await paying.Act("pay");
        await _till.Sandbox.Capture();

        await _till.Deliver(one => one.Type == "charge.updated");

        Assert.That(await paying.Status(), Is.EqualTo("confirmed"));
        Assert.That(await Fees(), Is.EqualTo(1));
        await _till.Deliver(newestFirst: true);
        Assert.That(await Fees(), Is.EqualTo(1));
        await _till.BooksAgree();
    }

    [Test]
    public async Task The_fee_of_money_that_was_taken_to_another_payment_stays_with_the_one_it_came_for()
    {
        var finance = await _till.Host.Given.Owner();
        var sessionId = await _till.Host.Given.PublishedSession(seatCap: 1);
        var late = await _till.Expired(sessionId);
        await _till.Host.Given.Hold(await _till.Host.Given.VettedCompany(), sessionId);
        await late.Act("late");
        await _till.Deliver();
        var refund = (await finance.RefundsOf($"paymentId={late.PaymentId}")).Single().Id;
        var (_, paymentId) = await _till.Host.Given.AwaitingTransfer(
            late.Company,
            await _till.Host.Given.PublishedSession()
        );
        (await finance.Post($"/refunds/{refund}/apply", new { paymentId, letter = "转场函 1 号" })).Expect(200);

        await _till.Sandbox.Capture();
        await _till.Deliver();

        Assert.That(
            await _till.Host.Query<string>("SELECT payment_id FROM ledger WHERE kind = 'fee'"),
            Is.EqualTo(late.PaymentId)
        );
        await _till.BooksAgree();
        await Books.AreInOrder(_till.Host, sessionId);
    }

    Task<long> Fees() => _till.Ours("SELECT COUNT(*) FROM ledger WHERE kind = 'fee'");

    /// <summary>What is still to be asked.</summary>
    async Task<long> Asked() => await _till.Ours("SELECT COUNT(*) FROM outbox WHERE kind = 'payment.fee_unknown.v1'");

    async Task TimePasses()
    {
        for (var hour = 0; hour < 3; hour++)
        {
            await _till.Advance(Duration.FromHours(1));
            await _till.Work();
        }
    }
}
