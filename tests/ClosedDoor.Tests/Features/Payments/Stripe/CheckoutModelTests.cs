using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>
/// As MoneyModelTests, through the real client, inbox and jobs against the sandbox: checkouts that are paid, declined,
/// late or left, events that come twice, in any order or never, connections that drop, disputes, refunds in the
/// dashboard. In the end Stripe's books are ours.
/// </summary>
public class CheckoutModelTests
{
    const int Runs = 16;
    const int Longest = 90;

    [Test]
    public async Task No_order_of_events_at_Stripe_loses_money_or_a_seat()
    {
        await using var till = await Till.Open();
        await till.Sandbox.CaptureLater();
        var owner = await till.Host.Given.Owner();
        var other = await till.Host.Given.Organizer(Permission.Finance);
        await RandomPlay.Of(
            till.Host,
            CheckoutModel.Moves,
            Longest,
            Runs,
            async () =>
                new CheckoutModel(
                    till,
                    await till.Host.Given.PublishedSession(seatCap: 2),
                    await till.Host.Given.VettedCompanies(3),
                    owner,
                    other
                ),
            [
                "checkout.attempted",
                "payment.open",
                "payment.expiring",
                "payment.expired",
                "payment.confirmed",
                "payment.refund_due",
                "payment.refunded",
                "refund.refunded",
            ]
        );
    }
}
