using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Tests.Features.Accounts;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Features.Vetting;
using ClosedDoor.Tests.Given;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>What the links in mails about refunds and vettings lead to.</summary>
public class RecordPagesTests : AtThePages
{
    [Test]
    public async Task A_company_sees_its_refund_until_it_is_paid()
    {
        var (company, member) = await CompanyWithMember();
        var (_, paymentId) = await Host.PaidSeat(company, await Host.Given.PublishedSession());
        var finance = await Host.Given.Organizer(Permission.Finance);
        var refund = (await finance.Refund(paymentId, 1_940_000)).Expect(201).Id;
        var visitor = await Visit(Links.Refund(Host.Get<Settings>(), refund));

        await visitor.SignIn(member.Email);
        await visitor.Reads("refund", "状态", "待退款");
        await visitor.Reads("refund", "金额", "¥19,400.00");
        await visitor.Reads("refund", "收款方", "示例企业");
        await visitor.Reads("refund", "说明", "示例原因");
        await visitor.Reads("seat", "状态", "已确认");

        (await finance.PayOut(Host, refund)).Expect(200);
        await visitor.Page.ReloadAsync();
        await visitor.SignIn(member.Email);
        await visitor.Reads("refund", "状态", "已退款");
        await visitor.Reads("refund", "汇出日期", "2026-03-02");
        await visitor.Reads("payment", "已退", "¥19,400.00");
    }

    [Test]
    public async Task The_mail_about_a_refund_that_failed_leads_finance_to_it()
    {
        var clerk = await Person.With(Host, Permission.Finance);
        var paying = await Stage.Till.Paid();
        await Stage.Till.Sandbox.RefundsBegin("failed");
        (await (await clerk.Api()).Refund(paying.PaymentId, 1_000_000)).Expect(201);
        var link = await LinkInMailTo(clerk.Email);
        await Stage.Till.Sandbox.RefundsBegin("succeeded");

        var visitor = await Visit(link);
        await visitor.SignIn(clerk.Email);

        await visitor.Reads("refund", "状态", "退款未成功，主办方处理中");
        await visitor.Reads("refund", "金额", "¥10,000.00");
        await visitor.Reads("seat", "状态", "已确认");
        await Expect(visitor.Page.Locator("#say")).ToBeHiddenAsync();
    }

    [Test]
    public async Task A_reviewer_and_the_company_are_led_to_a_vetting_that_says_what_is_asked_for_and_decided()
    {
        var reviewer = await Person.With(Host, Permission.Review);
        var company = await Host.Given.Company();
        var member = await Person.With(Host, Permission.None, company.Id);
        var vetting = await company.Submitted();
        var inbox = await Visit(await LinkInMailTo(reviewer.Email));
        await inbox.SignIn(reviewer.Email);
        await inbox.Reads("vetting", "状态", "审核中");

        var api = await Host.Given.Organizer(Permission.Review);
        (await api.Post($"/vettings/{vetting}/request-info", new { message = "请补充注册证扫描件" })).Expect(200);
        var visitor = await Visit(await LinkInMailTo(company.Email));
        await visitor.SignIn(member.Email);
        await visitor.Reads("vetting", "状态", "请补充材料");
        await visitor.Reads("vetting", "需补充", "请补充注册证扫描件");

        (await company.Api.Post($"/vettings/{vetting}/submit")).Expect(200);
        (await api.Approve(vetting)).Expect(200);
        var approved = await Visit(await LinkInMailTo(company.Email));
        await approved.SignIn(member.Email);
        await approved.Reads("vetting", "状态", "已通过");
        await approved.Reads("vetting", "有效至", "2027-03-01");
    }

    [Test]
    public async Task A_company_reads_why_it_was_refused()
    {
        var company = await Host.Given.Company();
        var member = await Person.With(Host, Permission.None, company.Id);
        var api = await Host.Given.Organizer(Permission.Review);
        (
            await api.Post(
                $"/vettings/{await company.Submitted()}/reject",
                new { reasonCode = "other", note = "证书与产品不符" }
            )
        ).Expect(200);

        var visitor = await Visit(await LinkInMailTo(company.Email));
        await visitor.SignIn(member.Email);

        await visitor.Reads("vetting", "状态", "未通过");
        await visitor.Sees("vetting", "见说明");
        await visitor.Reads("vetting", "说明", "证书与产品不符");
    }
}
