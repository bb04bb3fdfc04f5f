using System.Text.RegularExpressions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Mail;
using Microsoft.Playwright;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>To the provider's payment page and back. The service's worker runs when a test says so.</summary>
public partial class PayOnlineTests : AtThePages
{
    static ILocator WayToPay(Visitor visitor) =>
        visitor.Page.GetByRole(AriaRole.Link, new() { Name = "前往支付页", Exact = true });

    static Task OnThePaymentPage(Visitor visitor, string button) =>
        visitor.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>A seat whose company stands before the payment page.</summary>
    async Task<(Visitor Visitor, string Email)> BeforeThePaymentPage()
    {
        var (company, member) = await CompanyWithMember();
        var seat = await Host.Given.Hold(company, await Host.Given.PublishedSession());
        var visitor = await Visit(Links.Reservation(Host.Get<Settings>(), seat));
        visitor.MayGoTo = Stage.Till.Sandbox.Url;
        await visitor.SignIn(member.Email);
        await visitor.Press("在线支付");
        await visitor.Reads("payment", "状态", "正在打开支付页");
        await Stage.Till.Work();
        return (visitor, member.Email);
    }

    [Test]
    public async Task A_company_pays_and_is_shown_that_it_has()
    {
        var (visitor, email) = await BeforeThePaymentPage();
        await WayToPay(visitor).ClickAsync();
        await Expect(visitor.Page.GetByText("CNY 38,800.00")).ToBeVisibleAsync();

        await OnThePaymentPage(visitor, "支付 Pay");
        // The address alone: Playwright's own wait for it also waits for the load, and misses one that ends at that moment.
        await Expect(visitor.Page).ToHaveURLAsync(BackFromPaying());
        await visitor.SignIn(email);

        await visitor.IsTold("付款状态：已付清。");
        await visitor.Reads("seat", "状态", "已确认");
        await visitor.Reads("payment", "状态", "已付清");
        await visitor.Reads("payment", "已收", "¥38,800.00");
        await Expect(WayToPay(visitor)).ToBeHiddenAsync();
    }

    [GeneratedRegex("/reservations/rsv_[a-z0-9]+[?].*payment=", RegexOptions.None, 1000)]
    private static partial Regex BackFromPaying();

    [Test]
    public async Task Who_turns_back_from_the_payment_page_finds_the_way_there_again()
    {
        var (visitor, email) = await BeforeThePaymentPage();
        await WayToPay(visitor).ClickAsync();
        await OnThePaymentPage(visitor, "拒付 Decline");
        await OnThePaymentPage(visitor, "离开 Walk away");
        await visitor.SignIn(email);

        await visitor.Reads("seat", "状态", "等待付款");
        await visitor.Reads("payment", "状态", "等待支付");
        await Expect(WayToPay(visitor)).ToBeVisibleAsync();
        await visitor.Press("查询支付结果");
        await visitor.IsTold("付款状态：等待支付。");
    }
}
