using ClosedDoor.Platform;
using ClosedDoor.Platform.Mail;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>A company's way from the link in a mail to its seat.</summary>
public class ReserveSeatTests : AtThePages
{
    static string PageOf(string sessionId) => Links.Session(Host.Get<Settings>(), sessionId);

    [Test]
    public async Task A_company_signs_in_reserves_and_sees_where_to_pay_what_by_when()
    {
        var session = await Host.Given.PublishedSession();
        var (company, member) = await CompanyWithMember();
        var visitor = await Visit(PageOf(session));
        await Expect(visitor.Page.GetByRole(Microsoft.Playwright.AriaRole.Heading, new() { Level = 1 }))
            .ToHaveTextAsync("医疗机构对接闭门会（北京）");
        await visitor.Reads("session", "日期", "2026-03-30 09:00–17:00");
        await visitor.Reads("session", "席位", "剩余 8 / 共 8");
        await visitor.Reads("session", "价格", "¥38,800.00");

        await visitor.SignIn(member.Email);
        await visitor.Press("预订席位");
        await visitor.Reads("seat", "席位号", "1");
        await visitor.Reads("seat", "状态", "已暂留，请选择付款方式");
        await visitor.Reads("session", "席位", "剩余 7 / 共 8");
        await visitor.Press("对公转账");

        await visitor.Reads("seat", "状态", "等待付款");
        var payment = (await company.Api.Get($"/payments?sessionId={session}"))["items"][0];
        await visitor.Reads("payment", "收款户名", "示例主办方");
        await visitor.Reads("payment", "账号", "110000000000000001");
        await visitor.Reads("payment", "开户行", "示例银行北京分行");
        await visitor.Reads("payment", "金额", "¥38,800.00");
        await visitor.Reads("payment", "附言（必填）", payment.GetProperty("reference").GetString()!);
        // Three working days from a Monday: the end of Thursday in Beijing, wherever the screen is.
        await visitor.Reads("payment", "请于此前汇出", "2026年3月5日 24:00");
    }
}
