using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

public class PrintReceiptTests
{
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
