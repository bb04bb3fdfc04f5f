using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>
/// Every trigger of the state table in random order, doubled, reordered and delayed: never a confirmed seat without
/// money, never money without a seat or a refund on its way, never a seat with two owners, the ledger balanced, and each
/// remote effect asked for once.
/// </summary>
public class MoneyModelTests
{
    const int Runs = 25;
    const int Longest = 110;

    [Test]
    public async Task No_order_of_events_loses_money_or_a_seat()
    {
        await using var host = await TestHost.Create();
        var owner = await host.Given.Owner();
        var other = await host.Given.Organizer(Permission.Finance);

        await RandomPlay.Of(
            host,
            MoneyModel.Moves,
            Longest,
            Runs,
            async () =>
                new MoneyModel(
                    host,
                    await host.Given.PublishedSession(seatCap: 2),
                    await host.Given.PublishedSession(seatCap: 2, price: MoneyModel.DearPrice),
                    await host.Given.VettedCompanies(3),
                    owner,
                    other
                ),
            [
                "payment.expired",
                "payment.confirmed",
                "payment.overpaid",
                "payment.late_paid",
                "payment.refund_due",
                "payment.refunded",
                "payment.charged_back",
                "payment.underpaid",
                "payment.written_off",
                "refund.awaiting_approval",
                "refund.manual_payout",
                "refund.refunded",
                "refund.refund_failed",
                "refund.withdrawn",
                "dispute.won",
                "dispute.charged_back",
                "bank_line.confirmed",
                "bank_line.queued",
                "bank_line.matched",
                "bank_line.returned",
            ]
        );
    }

    // What the model must not overlook, done behind the service's back after money has come too late for its seat.
    [TestCase("UPDATE refund SET status = 'withdrawn' WHERE session_id = @sessionId")]
    [TestCase("UPDATE payment SET status = 'confirmed' WHERE session_id = @sessionId")]
    [TestCase("UPDATE ledger SET amount = amount + 1 WHERE session_id = @sessionId AND kind = 'receipt'")]
    [TestCase(
        "UPDATE receipt SET amount = amount - 1 WHERE payment_id IN (SELECT id FROM payment WHERE session_id = @sessionId)"
    )]
    public async Task Control_what_is_wrong_with_money_is_seen(string tampering)
    {
        await using var host = await TestHost.Create();
        var finance = await host.Given.Organizer(Permission.Finance);
        var sessionId = await host.Given.PublishedSession(seatCap: 1);
        var companies = await host.Given.VettedCompanies(3);
        var model = new MoneyModel(host, sessionId, sessionId, companies, await host.Given.Owner(), finance);
        var (_, paymentId) = await host.Given.AwaitingTransfer(companies[0], sessionId);
        host.Time.Advance(Duration.FromDays(10));
        await host.Given.Hold(companies[1], sessionId);
        (await finance.Receive(host, paymentId)).Expect(200);
        Assert.That(await model.Faults(), Is.Empty);

        await host.Tamper(tampering, new { sessionId });

        Assert.That(await model.Faults(), Is.Not.Empty);
    }
}
