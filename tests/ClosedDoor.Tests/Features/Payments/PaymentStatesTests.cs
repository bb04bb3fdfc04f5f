using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>A partial index serves only a query that repeats its condition: the code's list must be the schema's.</summary>
public class PaymentStatesTests
{
    [Test]
    public void What_stands_in_the_way_of_another_payment_is_the_index_s_own_list() =>
        Assert.That(
            Definition("0006_payments.sql", "payment_live"),
            Does.EndWith($"WHERE {PaymentStates.Live.Replace("payment.status", "status")}")
        );

    [Test]
    public void What_of_refunds_still_has_to_leave_is_the_index_s_own_list() =>
        Assert.That(Definition("0007_money.sql", "refund_open"), Does.EndWith($"WHERE {RefundStates.Open}"));

    [Test]
    public void What_attempts_may_still_be_paid_is_the_index_s_own_list() =>
        Assert.That(
            Definition("0008_stripe.sql", "checkout_attempt_live"),
            Does.EndWith($"WHERE {CheckoutStates.Live}")
        );

    static string Definition(string migration, string index)
    {
        var schema = Migrator.Known.Single(known => known.Name == migration).Sql;
        var definition = schema[schema.IndexOf($"INDEX {index} ", StringComparison.Ordinal)..];
        return definition[..definition.IndexOf(';')];
    }
}
