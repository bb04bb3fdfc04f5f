using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>The books, and what is drawn from them.</summary>
public class LedgerTests : RefundDesk
{
    [Test]
    public async Task Statements_add_up()
    {
        var owner = await _host.Given.Owner();
        var (first, _) = await _host.PaidSeat(_company, _sessionId);
        var (second, secondPayment) = await _host.PaidSeat(await _host.Given.VettedCompany(), _sessionId);
        (await owner.Post($"/reservations/{second}/cancel", new { reason = "示例原因", refundPercent = 50 })).Expect(
            200
        );
        var refund = (await _finance.RefundsOf($"paymentId={secondPayment}")).Single().Id;
        (await _finance.PayOut(_host, refund)).Expect(200);
        var third = await _host.Given.VettedCompany();
        await _host.Given.AwaitingTransfer(third, _sessionId);

        var session = (await _finance.Get($"/sessions/{_sessionId}/statement")).Expect(200);
        long Of(string name) => session[$"{name}.amount"].GetInt64();

        Assert.That(
            (
                Of("revenue"),
                Of("refunds"),
                Of("outstanding"),
                Of("fees"),
                Of("net"),
                Of("received"),
                Of("refundsPaid"),
                Of("cash")
            ),
            Is.EqualTo(
                (
                    3 * Moves.Price,
                    Moves.Price / 2,
                    Moves.Price,
                    0L,
                    3 * Moves.Price - Moves.Price / 2,
                    2 * Moves.Price,
                    Moves.Price / 2,
                    2 * Moves.Price - Moves.Price / 2
                )
            )
        );
        var own = (await third.Api.Get($"/companies/{third.Id}/statement")).Expect(200);
        Assert.That((own["owed.amount"].GetInt64(), own["paid.amount"].GetInt64()), Is.EqualTo((Moves.Price, 0L)));
        (await third.Api.Get($"/companies/{_company.Id}/statement")).Expect(404, "not_found");
        (await third.Api.Get($"/sessions/{_sessionId}/statement")).Expect(403, "forbidden");
    }

    [Test]
    public async Task Books_that_do_not_balance_are_told_of()
    {
        var (_, paymentId) = await _host.PaidSeat(_company, _sessionId);
        Assert.That(await _host.Data.Read(CheckLedger.Faults), Is.Empty);

        await _host.Tamper(
            "UPDATE ledger SET amount = amount + 1 WHERE kind = 'receipt' AND payment_id = @paymentId",
            new { paymentId }
        );

        Assert.That(await _host.Data.Read(CheckLedger.Faults), Is.EqualTo(["receipts: 1", "settled_and_owing: 1"]));
        await _host.Tamper(
            "UPDATE ledger SET amount = amount - 1 WHERE kind = 'receipt' AND payment_id = @paymentId",
            new { paymentId }
        );
    }
}
