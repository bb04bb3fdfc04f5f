using ClosedDoor.Platform;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Tests.Features.Accounts;
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
        await visitor.Sees("session", "医疗机构对接闭门会（北京）");
        await visitor.Reads("session", "日期", "2026-03-30 09:00–17:00（北京时间）");
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
        await visitor.Reads("payment", "请于此前汇出", "2026年3月5日 24:00（北京时间）");
        await Expect(visitor.Button("对公转账")).ToBeHiddenAsync();
    }

    [Test]
    public async Task The_link_in_the_mail_about_a_held_seat_leads_to_the_choice_of_payment()
    {
        var (company, member) = await CompanyWithMember();
        await Host.Given.Hold(company, await Host.Given.PublishedSession());

        var visitor = await Visit(await LinkInMailTo(company.Email));
        await visitor.SignIn(member.Email);

        await visitor.Sees("session", "医疗机构对接闭门会（北京）");
        await visitor.Reads("seat", "暂留至", "2026年3月2日 09:36（北京时间）");
        await Expect(visitor.Button("对公转账")).ToBeVisibleAsync();
        await Expect(visitor.Button("在线支付")).ToBeVisibleAsync();
    }

    [Test]
    public async Task A_wrong_password_is_said_in_Chinese_and_the_right_one_helps_after_it()
    {
        var session = await Host.Given.PublishedSession();
        var (_, member) = await CompanyWithMember();
        var visitor = await Visit(PageOf(session));

        await visitor.SignIn(member.Email, "not-this-passphrase");
        await visitor.IsTold("邮箱或密码不正确", refused: true);
        await Expect(visitor.Button("预订席位")).ToBeHiddenAsync();

        await visitor.SignIn(member.Email);
        await Expect(visitor.Button("预订席位")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("#say")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#signin")).ToBeHiddenAsync();
    }

    [Test]
    public async Task A_sold_out_session_says_so()
    {
        var session = await Host.Given.PublishedSession(seatCap: 1);
        var (_, member) = await CompanyWithMember();
        var visitor = await Visit(PageOf(session));
        await visitor.SignIn(member.Email);
        await Expect(visitor.Button("预订席位")).ToBeVisibleAsync();
        await visitor.Reads("session", "席位", "剩余 1 / 共 1");
        await Host.Given.Hold(await Host.Given.VettedCompany(), session);

        await visitor.Press("预订席位");

        await visitor.IsTold("席位已满", refused: true);
        await visitor.Reads("session", "席位", "剩余 0 / 共 1");
        await visitor.Page.ReloadAsync();
        await visitor.Reads("session", "席位", "剩余 0 / 共 1");
    }

    [Test]
    public async Task A_double_click_makes_one_reservation_and_no_refusal()
    {
        var session = await Host.Given.PublishedSession();
        var (_, member) = await CompanyWithMember();
        var visitor = await Visit(PageOf(session));
        await visitor.SignIn(member.Email);

        await visitor.Button("预订席位").DblClickAsync();

        await visitor.Reads("seat", "席位号", "1");
        await Expect(visitor.Page.Locator("#say")).ToBeHiddenAsync();
        Assert.That(
            visitor.Sent.Count(one => one.EndsWith("/reservations", StringComparison.Ordinal)),
            Is.EqualTo(1),
            "each would be a seat asked for"
        );
        Assert.That(
            await Host.Query<long>("SELECT COUNT(*) FROM reservation WHERE session_id = @session", new { session }),
            Is.EqualTo(1)
        );
    }

    [Test]
    public async Task Where_the_organizer_decides_a_company_applies()
    {
        var session = await Host.Given.PublishedSession(admission: "approval");
        var (_, member) = await CompanyWithMember();
        var visitor = await Visit(PageOf(session));
        await visitor.SignIn(member.Email);

        await visitor.Press("预订席位");

        await visitor.Reads("seat", "状态", "申请中");
        await Expect(visitor.Page.Locator("#payment")).ToBeHiddenAsync();
    }

    [Test]
    public async Task Without_a_mouse_a_company_signs_in_reserves_and_chooses()
    {
        var session = await Host.Given.PublishedSession();
        var (_, member) = await CompanyWithMember();
        var visitor = await Visit(PageOf(session));
        await visitor.Sees("signin", "邮箱");
        var keys = visitor.Page.Keyboard;

        await visitor.TabTo(visitor.Page.GetByLabel("邮箱"));
        await keys.TypeAsync(member.Email);
        await keys.PressAsync("Tab");
        await keys.TypeAsync(Person.Password);
        await keys.PressAsync("Enter");
        await visitor.TabTo(visitor.Button("预订席位"));
        await keys.PressAsync("Enter");
        await visitor.TabTo(visitor.Button("对公转账"));
        await keys.PressAsync("Space");

        await visitor.Reads("seat", "状态", "等待付款");
    }

    [Test]
    public async Task An_address_with_a_slash_at_its_end_leads_to_the_seat_and_its_deadline_in_English_too()
    {
        var (company, member) = await CompanyWithMember();
        var seat = await Host.Given.Hold(company, await Host.Given.PublishedSession());
        var visitor = await Visit($"{Links.Reservation(Host.Get<Settings>(), seat)}/");

        await visitor.SignIn(member.Email);
        await visitor.Reads("seat", "席位号", "1");
        await visitor.Press("English", "header");
        await visitor.Reads("seat", "Held until", "2 Mar 2026, 09:36 (Beijing time)");
    }

    [Test]
    public async Task Anothers_seat_is_nobodys_to_see()
    {
        var owner = await Host.Given.VettedCompany();
        var seat = await Host.Given.Hold(owner, await Host.Given.PublishedSession());
        var (_, member) = await CompanyWithMember();
        var visitor = await Visit(Links.Reservation(Host.Get<Settings>(), seat));

        await visitor.SignIn(member.Email);

        await visitor.IsTold("未找到", refused: true);
        await Expect(visitor.Page.Locator("#session")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#seat")).ToBeHiddenAsync();
    }
}
