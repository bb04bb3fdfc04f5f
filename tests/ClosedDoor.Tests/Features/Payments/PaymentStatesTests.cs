using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>A partial index serves only a query that repeats its condition: the code's list must be the schema's.</summary>
public class PaymentStatesTests
{
    [Test]
    public void What_stands_in_the_way_of_another_payment_is_the_index_s_own_list()
    {
        var schema = Migrator.Known.Single(migration => migration.Name == "0006_payments.sql").Sql;
        var definition = schema[schema.IndexOf("INDEX payment_live ", StringComparison.Ordinal)..];
        definition = definition[..definition.IndexOf(';')];

        Assert.That(definition, Does.EndWith($"WHERE {PaymentStates.Live.Replace("payment.status", "status")}"));
    }
}
