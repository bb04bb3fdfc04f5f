using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Matchmaking;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>What guests and delegates say by their links, and what is kept of it.</summary>
public class KeptWordsTests : AtThePages
{
    Task<Visitor> Follow(LinkPurpose purpose, ApiClient person) =>
        Visit(Links.Personal(Host.Get<Settings>(), purpose, person.Token!), Visitor.Telephone);

    [Test]
    public async Task A_wish_for_one_company_leaves_the_veto_of_another()
    {
        var room = await MatchRoom.Open(Host, 2, 1);
        var guest = room.Guests[0].Api;
        var ids = room.Companies.Select(one => one.Company.Id).Order(StringComparer.Ordinal).ToList();
        (await guest.Put("/invitation/preferences", new[] { new { id = ids[0], wish = "veto" } })).Expect(200);
        var visitor = await Follow(LinkPurpose.Invitation, guest);
        var wishes = visitor.Page.GetByLabel("面谈意愿");
        await Expect(wishes.First).ToHaveValueAsync("veto");

        await wishes.Nth(1).SelectOptionAsync("must");
        await visitor.Button("保存意愿").Nth(1).ClickAsync();

        await visitor.IsTold("已保存。");
        await Expect(wishes.First).ToHaveValueAsync("veto");
        var kept = (await guest.Get("/invitation/matches"))
            .Expect(200)["items"]
            .EnumerateArray()
            .ToDictionary(one => one.GetProperty("companyId").GetString()!, one => one.GetProperty("wish").GetString());
        Assert.That((kept[ids[0]], kept[ids[1]]), Is.EqualTo(("veto", "must")));
    }

    [Test]
    public async Task A_guest_contradicts_what_the_company_said_of_who_came()
    {
        var room = await MatchRoom.Open(Host, 1, 1);
        await room.Publish(await room.Draft());
        var meeting = (await room.Meetings())[0].Id;
        await Host.Tamper(
            "UPDATE meeting SET begins_at = @began WHERE id = @meeting",
            new { began = Host.Time.Now - Duration.FromHours(1), meeting }
        );
        var absent = new { company = true, guest = false };
        (await room.Companies[0].Company.Api.Post($"/meetings/{meeting}/attendance", absent)).Expect(200);
        var visitor = await Follow(LinkPurpose.Invitation, room.Guests[0].Api);

        await visitor.Press("双方均到");

        await visitor.Sees("meetings", "您已登记：双方均到");
        await Expect(visitor.Button("双方均到")).ToBeHiddenAsync();
        Assert.That((await room.Meetings())[0].Status, Is.EqualTo(MeetingStatus.Disputed));
    }

    [Test]
    public async Task A_guest_who_is_there_the_whole_day_is_there_however_long_it_becomes()
    {
        var room = await MatchRoom.Open(Host, 0, 1);
        var (id, guest) = room.Guests[0];
        var morning = new[] { new { from = "09:00", to = "12:00" } };
        (await guest.Put("/invitation/availability", morning)).Expect(200);
        var visitor = await Follow(LinkPurpose.Invitation, guest);
        await Expect(visitor.Page.GetByLabel("到 to")).ToHaveValueAsync("12:00");

        await visitor.Press("全天");

        await visitor.IsTold("时段已保存。");
        await Expect(visitor.Page.GetByLabel("到 to")).ToHaveValueAsync("17:00");
        const string Whole = "SELECT COUNT(*) FROM invitation WHERE id = @id AND availability IS NULL";
        Assert.That(await Host.Query<long>(Whole, new { id }), Is.EqualTo(1));

        (await guest.Put("/invitation/availability", morning)).Expect(200);
        await visitor.Page.ReloadAsync();
        await visitor.Page.GetByLabel("到 to").FillAsync("17:00");
        await visitor.Button("保存", "#availability").ClickAsync();
        await visitor.IsTold("时段已保存。");
        Assert.That(await Host.Query<long>(Whole, new { id }), Is.EqualTo(1), "all of its hours are the whole day");

        await visitor.Press("删去");
        await visitor.Button("保存", "#availability").ClickAsync();
        await visitor.IsTold("请填写时段，或选择“全天”。", refused: true);
    }

    [Test]
    public async Task A_refused_delegate_is_shown_what_is_kept_and_may_have_it_erased()
    {
        var organizer = await Host.Given.Owner();
        var company = await Host.Given.VettedCompany();
        var seat = await Host.Confirmed(company, await Host.Given.PublishedSession());
        var named = (await company.Named(seat, "示例"))[0];
        var person = await Host.DelegateOf(organizer, named);
        (await organizer.Post($"/delegates/{named}/refuse", new { note = "请更换人员" })).Expect(200);

        var visitor = await Follow(LinkPurpose.Delegate, person);

        await visitor.Reads("data", "审核", "未通过审核");
        await visitor.Reads("data", "说明", "请更换人员");
        await visitor.Reads("data", "姓名", "示例甲");
        await Expect(visitor.Button("删除我的个人信息")).ToBeVisibleAsync();
        await Expect(visitor.Page.Locator("#say")).ToBeHiddenAsync();
        await Expect(visitor.Page.Locator("#agreements")).ToBeHiddenAsync();
    }
}
