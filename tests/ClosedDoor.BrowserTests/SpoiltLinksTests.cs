using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Tests.Features.Accounts;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.BrowserTests;

/// <summary>Links that somebody made up, or a mail program broke.</summary>
public class SpoiltLinksTests : AtThePages
{
    [TestCase("?payment=../sessions/SESSION/cancel%3F")]
    [TestCase("?payment=..%2Fsessions%2FSESSION%2Fcancel%3F")]
    [TestCase("?payment=%252e%252e%252fsessions%252fSESSION%252fcancel%253f")]
    [TestCase("?payment=pay_01h455vb4pex5vsknk084sn02q%2F..%2F..%2Fsessions%2FSESSION%2Fcancel%3F")]
    public async Task An_address_cannot_send_an_organizers_token_to_another_endpoint(string query)
    {
        var session = await Host.Given.PublishedSession();
        var seat = await Host.Given.Hold(await Host.Given.VettedCompany(), session);
        var organizer = await Person.With(Host, Permission.Organize);

        var visitor = await Visit(
            Links.Reservation(Host.Get<Settings>(), seat) + query.Replace("SESSION", session, StringComparison.Ordinal)
        );
        await visitor.SignIn(organizer.Email);

        await visitor.Reads("seat", "状态", "已暂留，请选择付款方式");
        Assert.That(visitor.Sent, Is.EqualTo(["POST /api/v1/auth/sign-in"]));
    }

    [Test]
    public async Task A_link_that_a_mail_program_broke_says_that_it_does_not_work(
        [Values] LinkPurpose purpose,
        [Values("%", "。", "%E4%B8")] string end
    )
    {
        var visitor = await Visit(Links.Personal(Host.Get<Settings>(), purpose, "cdl_token") + end);

        await visitor.IsTold("链接无效、已过期或已收回。", refused: true);
    }
}
