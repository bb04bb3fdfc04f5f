using ClosedDoor.Features.Vetting;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Vetting;

public class VettingMailsTests
{
    TestHost _host = null!;
    TestCompany _company = null!;
    ApiClient _reviewer = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create(("CLOSEDDOOR_PUBLIC_URL", "https://seats.example.com"));
        _company = await _host.Given.Company();
        _reviewer = await _host.Given.Organizer(Permission.Review);
    }

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    Task<string> EmailOf(string permission) =>
        _host.Query<string>("SELECT email FROM account WHERE permissions = @permission", new { permission });

    [Test]
    public async Task A_submission_is_told_to_everyone_who_may_review_and_to_nobody_else()
    {
        await _host.Given.Owner();
        await _host.Given.Organizer(Permission.Organize | Permission.Finance | Permission.Door);
        await _host.Given.Organizer(Permission.Review | Permission.Door);
        await _host.Tamper("UPDATE account SET disabled_at = 1 WHERE permissions = 'review door'");
        var id = await _company.Submitted();

        var mails = await _host.DeliverMails();

        Assert.That(
            mails.Select(mail => mail.Headers["To"]),
            Is.EquivalentTo([await EmailOf("review"), await EmailOf("owner")])
        );
        Assert.That(mails[0].Subject, Is.EqualTo($"待审核：{_company.Name} / Vetting to review: {_company.Name}"));
        mails[0]
            .AssertSays(_company.Name, "2026年3月2日 09:00（北京时间）", $"https://seats.example.com/vettings/{id}");
        Assert.That(mails[0].PlainText, Does.Not.Contain(_company.Email));
    }

    [Test]
    public async Task A_request_for_more_evidence_in_the_reviewers_words()
    {
        var id = await _company.Submitted();
        await _host.DeliverMails();
        (await _reviewer.Post($"/vettings/{id}/request-info", new { message = "请补充注册证<原件>的扫描件。" })).Expect(
            200
        );

        var mail = await _host.DeliverOneMail();

        Assert.That(mail.Headers["To"], Is.EqualTo(_company.Email));
        Assert.That(mail.Subject, Is.EqualTo("请补充资质审核材料 / More evidence requested"));
        Assert.That(mail.PlainText, Does.Contain("请补充注册证<原件>的扫描件。"));
        Assert.That(mail.Html, Does.Contain("请补充注册证&lt;原件&gt;的扫描件。"));
    }

    [Test]
    public async Task An_approval_with_its_last_day_and_without_the_reviewers_own_note()
    {
        var id = await _company.Submitted();
        await _host.DeliverMails();
        (await _reviewer.Approve(id)).Expect(200);

        var mail = await _host.DeliverOneMail();

        Assert.That(mail.Subject, Is.EqualTo("资质审核已通过 / Vetting approved"));
        var through = (await _company.Api.Get($"/vettings/{id}"))["validThrough"].GetString();
        Assert.That(through, Does.StartWith("2027-03-"));
        mail.AssertSays("有效期至", "Valid through", "2027年3月", "March 2027");
        Assert.That(mail.PlainText, Does.Not.Contain("内部备注"));
    }

    [Test]
    public async Task A_rejection_with_its_reason_in_both_languages_and_the_note()
    {
        var id = await _company.Submitted();
        await _host.DeliverMails();
        (
            await _reviewer.Post(
                $"/vettings/{id}/reject",
                new { reasonCode = "certificate_invalid", note = "注册证号无法核实。" }
            )
        ).Expect(200);

        var mail = await _host.DeliverOneMail();

        Assert.That(mail.Subject, Is.EqualTo("资质审核未通过 / Vetting rejected"));
        mail.AssertSays(
            "医疗器械证书无效或无法核实。",
            "A certificate is invalid or cannot be verified.",
            "注册证号无法核实。"
        );
    }

    [Test]
    public async Task A_revocation_with_its_reason()
    {
        var id = await _company.Submitted();
        (await _reviewer.Approve(id)).Expect(200);
        await _host.DeliverMails();
        (await _reviewer.Post($"/vettings/{id}/revoke", new { reasonCode = "compliance" })).Expect(200);

        var mail = await _host.DeliverOneMail();

        Assert.That(mail.Subject, Is.EqualTo("资质审核已撤销 / Vetting revoked"));
        mail.AssertSays("不符合合规要求。", "It does not meet compliance rules.");
        Assert.That(mail.PlainText, Does.Not.Contain("内部备注"));
    }

    [Test]
    public async Task An_approval_that_has_run_out_with_the_reason()
    {
        var id = await _company.Submitted(new LocalDate(2026, 3, 20));
        (await _reviewer.Approve(id)).Expect(200);
        await _host.DeliverMails();
        _host.Time.Advance(Duration.FromDays(19));
        await new ExpireVettings(_host.Data).RunOnce(_host.Time.Now);

        var mail = await _host.DeliverOneMail();

        Assert.That(mail.Subject, Is.EqualTo("资质审核已到期 / Vetting expired"));
        mail.AssertSays("医疗器械证书已到期。", "A device certificate has expired.");
        Assert.That(mail.PlainText, Does.Not.Contain("内部备注"));
    }

    [Test]
    public async Task News_that_was_overtaken_before_it_was_sent_is_not_told()
    {
        var id = await _company.Submitted();
        (await _reviewer.Post($"/vettings/{id}/request-info", new { message = "请补充。" })).Expect(200);
        (await _company.Api.Post($"/vettings/{id}/submit")).Expect(200);
        (await _reviewer.Approve(id)).Expect(200);

        Assert.That((await _host.DeliverOneMail()).Subject, Does.StartWith("资质审核已通过"));
    }
}
