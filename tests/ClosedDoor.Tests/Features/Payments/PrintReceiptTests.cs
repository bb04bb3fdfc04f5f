using ClosedDoor.Features.Payments;
using ClosedDoor.Tests.Features.BankStatements;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

public class PrintReceiptTests
{
    [Test]
    public async Task Money_that_stayed_for_another_payment_is_told_as_such_and_by_its_bank_s_serial()
    {
        await using var host = await TestHost.Create();
        var company = await host.Given.VettedCompany();
        var finance = await host.Given.Owner();
        var (reservationId, first) = await host.Given.AwaitingTransfer(company, await host.Given.PublishedSession());
        (await finance.Receive(host, first, serial: "SERIAL88")).Expect(200);
        (await company.Api.Cancel(reservationId)).Expect(200);
        var refund = (await finance.RefundsOf($"paymentId={first}")).Single().Id;
        var (_, next) = await host.Given.AwaitingTransfer(company, await host.Given.PublishedSession());
        (await finance.Post($"/refunds/{refund}/apply", new { paymentId = next, letter = "转场函 1 号" })).Expect(200);

        Assert.That(await Printed(company, first), Does.Contain("已转用于其他预订").And.Not.Contain("已退还"));
        Assert.That(
            await Printed(company, next),
            Does.Contain("原款转入").And.Contain("SERIAL88").And.Not.Contain("applied:")
        );
    }

    [Test]
    public async Task Money_without_a_serial_of_the_bank_has_none()
    {
        await using var host = await TestHost.Create();
        var company = await host.Given.VettedCompany();
        var (_, paymentId) = await host.Given.AwaitingTransfer(company, await host.Given.PublishedSession());
        var code = (await company.Api.Get($"/payments/{paymentId}"))["reference"].GetString()!;
        var file = new BankStatementFile(host).Row("38800.00", company.Name, code, serial: "");
        (await file.Import(await host.Given.Owner())).Expect(200);

        Assert.That(await Printed(company, paymentId), Does.Contain("<td>—</td>").And.Not.Contain("row:"));
    }

    [Test]
    public async Task Money_that_a_bank_took_back_is_told()
    {
        await using var host = await TestHost.Create();
        var company = await host.Given.VettedCompany();
        var paymentId = (await host.Checkout(await host.Given.Hold(company, await host.Given.PublishedSession())))!;
        await host.PaidByCheckout(paymentId, "pi_1");
        Assert.That(await Printed(company, paymentId), Does.Not.Contain("银行收回"));
        await host.Tell(
            paymentId,
            (tx, locked) =>
                Settle.DisputeOpened(tx, locked, new("dp_1", "pi_1", 1_000_088, "fraudulent"), host.Time.Now)
        );

        Assert.That(await Printed(company, paymentId), Does.Contain("银行收回").And.Contain("¥10,000.88"));
    }

    static async Task<string> Printed(TestCompany company, string paymentId) =>
        (await company.Api.Get($"/payments/{paymentId}/receipt")).Expect(200).Text;

    [Test]
    public async Task A_receipt_names_the_money_and_is_no_fapiao()
    {
        await using var host = await TestHost.Create();
        var sessionId = await host.Given.PublishedSession();
        var company = await host.Given.VettedCompany();
        var (_, paymentId) = await host.PaidSeat(company, sessionId);
        var stranger = await host.Given.VettedCompany();
        var (_, unpaid) = await host.Given.AwaitingTransfer(stranger, sessionId);

        var page = (await company.Api.Get($"/payments/{paymentId}/receipt")).Expect(200);

        Assert.That(page.MediaType, Is.EqualTo("text/html"));
        Assert.That(page.Text, Does.Contain("¥38,800.00").And.Contain(company.Name).And.Contain("不是发票"));
        (await stranger.Api.Get($"/payments/{paymentId}/receipt")).Expect(404, "not_found");
        (await stranger.Api.Get($"/payments/{unpaid}/receipt")).Expect(409, "wrong_payment_status");
    }
}
