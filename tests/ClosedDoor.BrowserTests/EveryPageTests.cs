using ClosedDoor.Platform;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Tests.Features.Accounts;
using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Features.Matchmaking;
using ClosedDoor.Tests.Features.Payments;
using ClosedDoor.Tests.Given;
using NUnit.Framework;
using static Microsoft.Playwright.Assertions;

namespace ClosedDoor.BrowserTests;

/// <summary>
/// What holds for every page, at its fullest and with words that have no place to break: it names its language, fits a
/// telephone, its fields are named, and the keyboard reaches everything and shows where it is.
/// </summary>
public class EveryPageTests : AtThePages
{
    static readonly string Unbroken = string.Concat(Enumerable.Repeat("Wide", 15));

    static Settings Settings => Host.Get<Settings>();

    [Test]
    public async Task A_sessions_page_before_anybody_signs_in()
    {
        var session = await Host.Given.PublishedSession();
        await Widen(session);

        var visitor = await Visit(Links.Session(Settings, session), Visitor.Telephone);

        await visitor.Sees("session", Unbroken);
        await IsFit(visitor);
    }

    [Test]
    public async Task A_seat_with_its_payment()
    {
        var (company, member) = await CompanyWithMember();
        var session = await Host.Given.PublishedSession();
        var (seat, payment) = await Host.Given.AwaitingTransfer(company, session);
        await Widen(session);
        await Host.Tamper("UPDATE payment SET status = 'open', method = 'stripe' WHERE id = @payment", new { payment });

        var visitor = await Visit(Links.Reservation(Settings, seat), Visitor.Telephone);
        await visitor.SignIn(member.Email);

        await visitor.Reads("payment", "状态", "等待支付");
        await IsFit(visitor);
    }

    [Test]
    public async Task A_refund()
    {
        var (company, member) = await CompanyWithMember();
        var (_, payment) = await Host.PaidSeat(company, await Host.Given.PublishedSession());
        var refund = (await (await Host.Given.Organizer(Permission.Finance)).Refund(payment, 1_000_000)).Expect(201);
        await Host.Tamper(
            "UPDATE refund SET payee_name = @Unbroken, note = @Unbroken WHERE id = @Id",
            new { Unbroken, refund.Id }
        );

        var visitor = await Visit(Links.Refund(Settings, refund.Id), Visitor.Telephone);
        await visitor.SignIn(member.Email);

        await visitor.Sees("refund", Unbroken);
        await IsFit(visitor);
    }

    [Test]
    public async Task A_vetting()
    {
        var (company, member) = await CompanyWithMember();
        await Host.Tamper(
            "UPDATE vetting SET status = 'rejected', reason_code = 'other', note = @Unbroken, decided_at = 1 WHERE company_id = @Id",
            new { Unbroken, company.Id }
        );
        var id = await Host.Query<string>("SELECT id FROM vetting WHERE company_id = @Id", new { company.Id });

        var visitor = await Visit(Links.Vetting(Settings, id), Visitor.Telephone);
        await visitor.SignIn(member.Email);

        await visitor.Sees("vetting", Unbroken);
        await IsFit(visitor);
    }

    [Test]
    public async Task An_invitation_with_everything_on_it()
    {
        var room = await MatchRoom.Open(Host, 2, 1);
        (await room.Organizer.Post($"/sessions/{room.SessionId}/tickets")).Expect(200);
        await room.Publish(await room.Draft());
        (
            await room.Organizer.Post(
                $"/sessions/{room.SessionId}/endorsements",
                new
                {
                    invitationId = room.Guests[0].InvitationId,
                    companyId = room.Companies[0].Company.Id,
                    statement = Unbroken,
                }
            )
        ).Expect(201);
        await Widen(room.SessionId);
        foreach (var (company, _) in room.Companies)
            await Host.Tamper(
                "UPDATE company SET name = @name WHERE id = @Id",
                new { name = $"{Unbroken}{company.Id[^4..]}", company.Id }
            );

        var visitor = await Visit(Personal(LinkPurpose.Invitation, room.Guests[0].Api), Visitor.Telephone);

        await visitor.Sees("meetings", Unbroken);
        await visitor.Sees("companies", Unbroken);
        await visitor.Sees("endorsements", Unbroken);
        await visitor.Sees("data", "更正");
        await IsFit(visitor);
    }

    [Test]
    public async Task An_invitation_that_is_not_answered()
    {
        var organizer = await Host.Given.Owner();
        var session = await Host.Given.PublishedSession();
        var guest = await Host.GuestOf(organizer, await organizer.Invite(session, await organizer.Expert()));

        var visitor = await Visit(Personal(LinkPurpose.Invitation, guest), Visitor.Telephone);

        await visitor.Sees("data", "更正");
        await IsFit(visitor);
    }

    [Test]
    public async Task A_delegates_page_with_everything_on_it()
    {
        var organizer = await Host.Given.Owner();
        var session = await Host.Given.PublishedSession();
        var company = await Host.Given.VettedCompany();
        var named = (await company.Named(await Host.Confirmed(company, session), Unbroken[..40]))[0];
        (await organizer.Post($"/delegates/{named}/approve")).Expect(200);
        (await organizer.Post($"/sessions/{session}/tickets")).Expect(200);
        await Widen(session);

        var visitor = await Visit(
            Personal(LinkPurpose.Delegate, await Host.DelegateOf(organizer, named)),
            Visitor.Telephone
        );

        await visitor.Sees("ticket", Unbroken);
        await visitor.Sees("data", "市场总监");
        await IsFit(visitor);
    }

    [TestCase("/invitation")]
    [TestCase("/delegate")]
    public async Task A_personal_page_without_its_token(string path)
    {
        var visitor = await Visit(path, Visitor.Telephone);

        await visitor.IsTold("链接无效", refused: true);
        await IsFit(visitor);
    }

    /// <summary>The one error that Chromium tells of is that there is no such page.</summary>
    [Test]
    public async Task An_address_that_leads_nowhere()
    {
        var visitor = await Visit($"/{Unbroken}", Visitor.Telephone, isThere: false);

        await Expect(visitor.Page.GetByText("您访问的页面不存在。")).ToBeVisibleAsync();
        await IsFit(visitor, inEnglishToo: false);
    }

    [Test]
    public async Task The_APIs_own_pages()
    {
        var visitor = await Visit("/docs", Visitor.Telephone);
        await Expect(visitor.Page.GetByText("ReserveSeat").Or(visitor.Page.GetByText("/api/v1/sessions")).First)
            .ToBeVisibleAsync();
        await visitor.Page.GotoAsync("/docs/problems");
        await Expect(visitor.Page.GetByText("session_full")).ToBeVisibleAsync();
        await IsFit(visitor, inEnglishToo: false);
    }

    static string Personal(LinkPurpose purpose, ApiClient person) => Links.Personal(Settings, purpose, person.Token!);

    static Task<int> Widen(string session) =>
        Host.Tamper(
            "UPDATE session SET title = @Unbroken, venue = @Unbroken, city = @Unbroken WHERE id = @session",
            new { Unbroken, session }
        );

    static async Task IsFit(Visitor visitor, bool inEnglishToo = true)
    {
        await HasNoFault(visitor);
        if (!inEnglishToo)
            return;
        await visitor.Press("English", "header");
        await Expect(visitor.Button("中文", "header")).ToBeVisibleAsync();
        await HasNoFault(visitor);
    }

    static async Task HasNoFault(Visitor visitor)
    {
        Assert.That(await visitor.Page.EvaluateAsync<string[]>(Faults), Is.Empty);
        Assert.That(await visitor.NotReachedByTab(), Is.Empty);
    }

    const string Faults = """
        () => {
          const root = document.documentElement;
          const faults = [];
          if (!root.lang) faults.push('no lang');
          if (!document.title) faults.push('no title');
          if (root.scrollWidth > root.clientWidth) {
            const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > root.clientWidth);
            faults.push(`scrolls sideways: ${root.scrollWidth} of ${root.clientWidth}: ${wide.map(one => one.outerHTML.slice(0, 80)).join(' ')}`);
          }
          const shown = [...document.querySelectorAll('input, select, textarea, button, a[href]')].filter(one => one.checkVisibility());
          for (const one of shown) {
            const name = one.getAttribute('aria-label') ?? (one.labels?.length ? [...one.labels].map(label => label.innerText).join(' ') : one.innerText);
            if (!name.trim()) faults.push(`no name: ${one.outerHTML}`);
          }
          const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
          for (const id of ids.filter((one, i) => ids.indexOf(one) !== i)) faults.push(`twice: ${id}`);
          return faults;
        }
        """;
}
