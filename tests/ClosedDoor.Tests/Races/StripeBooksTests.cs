using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Features.Payments.Stripe;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// The check of the payments that are killed at random must be able to fail: without the reconcilers, and with money that
/// is settled wrongly.
/// </summary>
public class StripeBooksTests
{
    /// <summary>Two who pay, one who pays after a decline, one whose money bounces, one who leaves; and no webhook comes.</summary>
    static async Task<Func<Task<List<string>>>> Unheard(Till till)
    {
        var sessionId = await till.Host.Given.PublishedSession();
        var buyers = new List<(string, (string, string), string)>();
        foreach (var acts in new[] { new[] { "pay" }, ["pay"], ["decline", "pay"], ["later", "bounce"], ["leave"] })
        {
            var paying = await till.Pay(sessionId);
            foreach (var act in acts)
                await paying.Act(act);
            var ends = acts[^1] switch
            {
                "pay" => ("confirmed", "confirmed"),
                "bounce" => ("failed", "expired"),
                _ => ("expired", "expired"),
            };
            buyers.Add((paying.ReservationId, ends, string.Join(", ", acts)));
        }
        return () => StripeBooks.Faults(till.Host, till.Sandbox, buyers);
    }

    static async Task Hours(Till till, bool reconcilers)
    {
        for (var i = 0; i < 6; i++)
        {
            await till.Advance(Duration.FromMinutes(40));
            if (reconcilers)
            {
                await till.ReconcileEvents();
                await till.ReconcileCheckouts();
                await till.ReconcileRefunds();
            }
            await new ClosedDoor.Features.Reservations.SweepReservations(till.Host.Data).RunOnce(till.Host.Time.Now);
            await till.Work();
        }
    }

    [Test]
    public async Task Control_without_the_reconcilers_the_check_fails_and_with_them_it_passes()
    {
        await using var till = await Till.Open();
        var faults = await Unheard(till);

        await Hours(till, reconcilers: false);
        Assert.That(await faults(), Has.Count.GreaterThanOrEqualTo(5), "workers and sweepers alone settle nothing");

        await Hours(till, reconcilers: true);
        Assert.That(await faults(), Is.Empty);
    }

    // What a settlement without its guards would leave behind.
    [TestCase("UPDATE receipt SET amount = amount - 1 WHERE method = 'stripe'", TestName = "{m}_short")]
    [TestCase("UPDATE receipt SET serial = serial || 'x' WHERE method = 'stripe'", TestName = "{m}_of_another_intent")]
    [TestCase("UPDATE ledger SET amount = amount + 1 WHERE kind = 'fee'", TestName = "{m}_fee")]
    [TestCase("UPDATE payment SET status = 'refund_due' WHERE status = 'confirmed'", TestName = "{m}_due_back")]
    public async Task Control_money_that_is_settled_wrongly_is_seen(string tampering)
    {
        await using var till = await Till.Open();
        var faults = await Unheard(till);
        await Hours(till, reconcilers: true);
        Assert.That(await faults(), Is.Empty);

        await till.Host.Tamper(tampering);

        Assert.That(await faults(), Is.Not.Empty);
    }

    [Test]
    public async Task Control_a_settlement_that_counts_an_intent_twice_is_seen()
    {
        await using var till = await Till.Open();
        var faults = await Unheard(till);
        await Hours(till, reconcilers: true);
        var paid = await till.Host.Query<string>("SELECT MAX(payment_id) FROM receipt WHERE method = 'stripe'");

        // As if the intent were not the receipt's key: the same money once more, under another name.
        await till.Host.PaidByCheckout(paid, "pi_the_same_again");

        Assert.That(await faults(), Is.Not.Empty);
    }
}
