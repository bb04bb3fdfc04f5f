using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>A delegate's way, on a telephone, from the personal link in the mail to the ticket.</summary>
public class DelegateTests : AtThePages
{
    ApiClient _organizer = null!;
    string _session = null!;
    string _delegate = null!;

    [SetUp]
    public async Task Name()
    {
        _organizer = await Host.Given.Owner();
        _session = await Host.Given.PublishedSession();
        var company = await Host.Given.VettedCompany();
        _delegate = (await company.Named(await Host.Confirmed(company, _session), "示例代表"))[0];
        (await _organizer.Post($"/delegates/{_delegate}/approve")).Expect(200);
    }

    async Task<Visitor> FollowsTheMail() => await Visit(await LinkInMailTo("delegate@example.com"), Visitor.Telephone);

    [Test]
    public async Task A_delegate_accepts_what_stands_there_and_gets_a_ticket()
    {
        var visitor = await FollowsTheMail();
        await visitor.Sees("session", "示例代表甲");
        await visitor.Reads("session", "审核", "已审核通过");
        await visitor.Reads("session", "开始时间", "2026年3月30日 09:00（北京时间）");
        await visitor.Press("确认");
        await visitor.IsTold("请先勾选。", refused: true);

        foreach (var box in await visitor.Page.GetByLabel("本人已阅读并同意").AllAsync())
            await box.CheckAsync();
        await visitor.Press("确认");
        await visitor.IsTold("已记录。");
        await visitor.Sees("agreements", "已确认");
        await Expect(visitor.Button("确认")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#ticket")).ToBeHiddenAsync();

        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);
        await visitor.Page.ReloadAsync();
        await visitor.Sees("ticket", "示例会场");
        Assert.That((await visitor.Page.Locator("#qr svg").BoundingBoxAsync())!.Width, Is.GreaterThan(150));
    }

    [Test]
    public async Task A_delegate_erases_everything()
    {
        var visitor = await FollowsTheMail();
        await visitor.Reads("data", "职务", "市场总监");
        visitor.IsSure = true;

        await visitor.Press("删除我的个人信息");

        await visitor.IsTold("您的个人信息已删除，本链接已失效。");
        await Expect(visitor.Page.Locator("#session")).ToBeHiddenAsync();
        Assert.That(
            (await _organizer.Get($"/sessions/{_session}/delegates")).Expect(200).Text,
            Does.Contain("示例代表乙").And.Not.Contain("示例代表甲")
        );
    }

    [Test]
    public async Task The_tickets_page_says_what_bars_the_door()
    {
        (await _organizer.Post($"/sessions/{_session}/tickets")).Expect(200);

        var visitor = await FollowsTheMail();

        await visitor.Sees("ticket", "请先阅读并确认下列参会文件，否则无法签到。");
    }
}
