using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Features.Matchmaking;
using ClosedDoor.Tests.Given;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>A guest's way, on a telephone, from the personal link in a mail.</summary>
public class GuestTests : AtThePages
{
    const string Dead = "链接无效、已过期或已收回。";

    ApiClient _organizer = null!;
    string _session = null!;
    string _guest = null!;
    string _invitation = null!;

    [SetUp]
    public async Task Invite()
    {
        _organizer = await Host.Given.Owner();
        _session = await Host.Given.PublishedSession();
        _guest = await _organizer.Director();
        _invitation = await _organizer.Invite(_session, _guest);
    }

    async Task<string> Kept(string field) => (await _organizer.Get($"/guests/{_guest}"))[field].GetString()!;

    async Task<string> Answer() =>
        (await _organizer.Get($"/invitations/{_invitation}")).Expect(200)["status"].GetString()!;

    async Task<Visitor> FollowsTheMail() => await Visit(await LinkInMailTo(await Kept("email")), Visitor.Telephone);

    static string Link(ApiClient person, LinkPurpose purpose = LinkPurpose.Invitation) =>
        Links.Personal(Host.Get<Settings>(), purpose, person.Token!);

    [Test]
    public async Task A_guest_reads_what_it_is_about_accepts_and_agrees()
    {
        var visitor = await FollowsTheMail();
        await visitor.Sees("session", "医疗机构对接闭门会（北京）");
        await visitor.Sees("session", await Kept("name"));
        await visitor.Reads("session", "日期", "2026-03-30");
        await visitor.Reads("session", "地点", "示例会场");
        await visitor.Reads("session", "状态", "待答复");
        await visitor.Sees("consents", "不收受企业任何回扣、礼金、礼品或有价证券");
        await Expect(visitor.Page.Locator("#consents"))
            .Not.ToContainTextAsync("kickback", new() { UseInnerText = true });

        await visitor.Press("确认出席");
        await visitor.IsTold("已确认出席，谢谢。");
        await visitor.Reads("session", "状态", "已确认出席");
        await Expect(visitor.Button("确认出席")).ToBeHiddenAsync();
        await visitor.Button("同意", "#consents").First.ClickAsync();
        await visitor.IsTold("已记录。");
        await visitor.Sees("consents", "已同意 · 2026年3月2日");

        Assert.That(await Answer(), Is.EqualTo("accepted"));
        Assert.That(
            await Host.Query<string>(
                "SELECT kind FROM consent WHERE invitation_id = @_invitation",
                new { _invitation }
            ),
            Is.EqualTo("integrity_pledge")
        );
    }

    [Test]
    public async Task A_guest_declines_and_says_why()
    {
        var visitor = await FollowsTheMail();
        await visitor.Page.GetByLabel("不能出席的原因").FillAsync("当日有手术");

        await visitor.Press("婉拒");

        await visitor.IsTold("已记录，谢谢答复。");
        await visitor.Reads("session", "状态", "已婉拒");
        await Expect(visitor.Page.Locator("#answer")).ToBeHiddenAsync();
        await Expect(visitor.Page.GetByText("示例会场")).ToBeHiddenAsync();
        Assert.That(await Answer(), Is.EqualTo("declined"));
        Assert.That((await _organizer.Get($"/invitations/{_invitation}")).Text, Does.Contain("当日有手术"));
    }

    [Test]
    public async Task Without_a_mouse_a_guest_accepts()
    {
        var visitor = await FollowsTheMail();

        await visitor.TabTo(visitor.Button("确认出席"));
        await visitor.Page.Keyboard.PressAsync("Enter");

        await visitor.IsTold("已确认出席，谢谢。");
    }

    [Test]
    public async Task A_guest_corrects_the_own_name_and_is_told_what_cannot_be()
    {
        var visitor = await FollowsTheMail();
        await visitor.Page.GetByLabel("手机").FillAsync("123");
        await visitor.Press("更正");
        await visitor.IsTold("手机", refused: true);

        await visitor.Page.GetByLabel("手机").FillAsync("13900001234");
        await visitor.Page.GetByLabel("姓名").FillAsync("示例嘉宾改");
        await visitor.Press("更正");

        await visitor.IsTold("已更正。");
        await visitor.Sees("session", "示例嘉宾改");
        Assert.That(await Kept("name"), Is.EqualTo("示例嘉宾改"));
        Assert.That(await Kept("phone"), Does.EndWith("13900001234"));
    }

    [Test]
    public async Task A_guest_takes_a_copy_home()
    {
        var visitor = await FollowsTheMail();

        var copy = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Press("下载全部副本"));

        Assert.That(copy.SuggestedFilename, Is.EqualTo("my-data.json"));
        Assert.That(await File.ReadAllTextAsync(await copy.PathAsync()), Does.Contain(await Kept("name")));
    }

    [Test]
    public async Task A_guest_erases_everything_once_asked_again()
    {
        var visitor = await FollowsTheMail();
        await visitor.Press("删除我的个人信息");
        await Expect(visitor.Button("删除我的个人信息")).ToBeEnabledAsync();
        Assert.That(visitor.Asked.Single(), Does.StartWith("确定删除全部个人信息并放弃出席？"));
        Assert.That(visitor.Sent, Is.Empty, "who is not sure erases nothing");

        visitor.IsSure = true;
        await visitor.Press("删除我的个人信息");
        await visitor.IsTold("您的个人信息已删除，本链接已失效。");
        await Expect(visitor.Page.Locator("#session")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#data")).ToBeHiddenAsync();

        await visitor.Page.ReloadAsync();
        await visitor.IsTold(Dead, refused: true);
    }

    [Test]
    public async Task A_guest_says_when_there_is_time()
    {
        var visitor = await FollowsTheMail();
        await visitor.Page.GetByLabel("从 from").FillAsync("10:00");
        await visitor.Page.GetByLabel("到 to").FillAsync("12:30");

        await visitor.Button("保存", "#availability").ClickAsync();

        await visitor.IsTold("时段已保存。");
        await visitor.Page.ReloadAsync();
        await Expect(visitor.Page.GetByLabel("从 from")).ToHaveValueAsync("10:00");
        await Expect(visitor.Page.GetByLabel("到 to")).ToHaveValueAsync("12:30");
    }

    [TestCase("expired")]
    [TestCase("revoked")]
    [TestCase("of a delegate")]
    [TestCase("made up")]
    [TestCase("without its end")]
    public async Task A_link_that_opens_nothing_leads_to_a_plain_page(string how)
    {
        var guest = await Host.GuestOf(_organizer, _invitation);
        switch (how)
        {
            case "expired":
                await Host.Tamper(
                    "UPDATE personal_link SET expires_at = @Now WHERE subject_id = @_invitation",
                    new { Host.Time.Now, _invitation }
                );
                break;
            case "revoked":
                (await _organizer.Delete($"/invitations/{_invitation}/links")).Expect(204);
                break;
            case "of a delegate":
                var company = await Host.Given.VettedCompany();
                var named = await company.Named(await Host.Confirmed(company, _session), "示例");
                guest = await Host.DelegateOf(_organizer, named[0]);
                break;
        }
        var link = how switch
        {
            "made up" => $"{Link(guest)[..^5]}00000",
            "without its end" => Link(guest).Split('#')[0],
            _ => Link(guest),
        };

        var visitor = await Visit(link, Visitor.Telephone);

        await visitor.IsTold(Dead, refused: true);
        Assert.That(
            (await visitor.Page.Locator("body").InnerTextAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            Has.Length.EqualTo(3),
            "the page's name, the other language, and what is the matter"
        );
    }

    [Test]
    public async Task Whoever_reads_English_has_the_page_in_English_alone()
    {
        var visitor = await FollowsTheMail();
        await visitor.Press("English", "header");

        await Expect(visitor.Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await visitor.Reads("session", "Status", "awaiting your answer");
        await visitor.Press("Accept");
        await visitor.IsTold("You have accepted. Thank you.");
        await Expect(visitor.Page.Locator("main")).Not.ToContainTextAsync("确认", new() { UseInnerText = true });
    }

    [Test]
    public async Task A_guest_who_comes_declares_conflicts_tells_wishes_and_sees_meetings_and_ticket()
    {
        var room = await MatchRoom.Open(Host, 1, 1);
        (await room.Organizer.Post($"/sessions/{room.SessionId}/tickets")).Expect(200);
        await room.Publish(await room.Draft());
        var visitor = await Visit(Link(room.Guests[0].Api), Visitor.Telephone);

        await visitor.Sees("meetings", room.Companies[0].Company.Name);
        await visitor.Sees("meetings", "号桌");
        var code = await visitor.Page.Locator("#qr svg").BoundingBoxAsync();
        Assert.That(code!.Width, Is.GreaterThan(150), "a code that a scanner can read");
        var calendar = await visitor.Page.RunAndWaitForDownloadAsync(() => visitor.Press("下载日历文件"));
        Assert.That(await File.ReadAllTextAsync(await calendar.PathAsync()), Does.StartWith("BEGIN:VCALENDAR"));

        await visitor.Sees("companies", "已申报：无");
        await visitor.Page.GetByLabel("面谈意愿").SelectOptionAsync("must");
        await visitor.Press("保存意愿");
        await visitor.IsTold("已保存。");
        await visitor.Page.GetByLabel("持股").CheckAsync();
        await visitor.Press("确认申报");
        await visitor.IsTold("已申报。");
        await visitor.Sees("companies", "已申报：有");
        await Expect(visitor.Page.GetByLabel("面谈意愿")).ToHaveValueAsync("must");
    }

    [Test]
    public async Task What_is_chosen_and_not_saved_yet_stays_when_something_else_is_saved()
    {
        var room = await MatchRoom.Open(Host, 2, 1);
        var visitor = await Visit(Link(room.Guests[0].Api), Visitor.Telephone);
        var wishes = visitor.Page.GetByLabel("面谈意愿");
        await Expect(wishes).ToHaveCountAsync(2);
        await wishes.Nth(0).SelectOptionAsync("must");
        await wishes.Nth(1).SelectOptionAsync("want");
        await visitor.Page.GetByLabel("合作课题").Nth(1).CheckAsync();
        await visitor.Page.GetByLabel("从 from").FillAsync("10:00");
        await visitor.Page.GetByLabel("姓名").FillAsync("示例嘉宾改");
        await visitor.Page.GetByLabel("不能出席的原因").FillAsync("或有手术");

        await visitor.Page.GetByLabel("持股").Nth(0).CheckAsync();
        await visitor.Button("确认申报").Nth(0).ClickAsync();
        await visitor.IsTold("已申报。");
        await visitor.Sees("companies", "已申报：有");
        await visitor.Button("同意", "#consents").First.ClickAsync();
        await visitor.IsTold("已记录。");
        await visitor.Sees("consents", "已同意 · ");
        await visitor.Press("退出自动匹配");
        await Expect(visitor.Button("恢复自动匹配")).ToBeVisibleAsync();

        await Expect(wishes.Nth(0)).ToHaveValueAsync("must");
        await Expect(wishes.Nth(1)).ToHaveValueAsync("want");
        await Expect(visitor.Page.GetByLabel("合作课题").Nth(1)).ToBeCheckedAsync();
        await Expect(visitor.Page.GetByLabel("从 from")).ToHaveValueAsync("10:00");
        await Expect(visitor.Page.GetByLabel("姓名")).ToHaveValueAsync("示例嘉宾改");
        await Expect(visitor.Page.GetByLabel("不能出席的原因")).ToHaveValueAsync("或有手术");

        await visitor.Button("保存意愿").Nth(0).ClickAsync();
        await visitor.IsTold("已保存。");
        await visitor.Button("确认申报").Nth(1).ClickAsync();
        await Expect(visitor.Page.GetByText("已申报：有")).ToHaveCountAsync(2);
        await visitor.Press("全天");
        await visitor.IsTold("时段已保存。");
        await Expect(visitor.Page.GetByLabel("从 from")).ToHaveValueAsync("09:00");
        await visitor.Page.ReloadAsync();
        await Expect(wishes.Nth(0)).ToHaveValueAsync("must");
        await Expect(wishes.Nth(1)).ToHaveValueAsync("want");
    }

    [Test]
    public async Task A_guest_who_corrects_the_own_address_stays_on_the_page()
    {
        var visitor = await FollowsTheMail();
        await visitor.Page.GetByLabel("邮箱").FillAsync("right.guest@example.com");

        await visitor.Press("更正");

        await visitor.IsTold("已更正。");
        await visitor.Press("确认出席");
        await visitor.IsTold("已确认出席，谢谢。");
    }
}
