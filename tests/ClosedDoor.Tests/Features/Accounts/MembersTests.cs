using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class MembersTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    static object Body(string email) =>
        new
        {
            name = "示例同事",
            email,
            password = Person.Password,
        };

    [Test]
    public async Task A_member_adds_a_colleague_who_acts_for_the_same_company()
    {
        var company = await _host.Given.Company();

        var added = (
            await company.Api.Post($"/companies/{company.Id}/members", Body("second@example.com"), key: "once")
        ).Expect(201);
        var again = await company.Api.Post($"/companies/{company.Id}/members", Body("second@example.com"), key: "once");

        Assert.That(again.IsReplay);
        var signedIn = (
            await _host.Anonymous.Post(
                "/auth/sign-in",
                new { email = "second@example.com", password = Person.Password }
            )
        ).Expect(200);
        var colleague = _host.As(Tokens.Of(signedIn).Access);
        Assert.That((await colleague.Get("/me"))["companyId"].GetString(), Is.EqualTo(company.Id));
        var members = (await colleague.Get($"/companies/{company.Id}/members")).Expect(200)["items"];
        Assert.That(
            members.EnumerateArray().Select(member => member.GetProperty("id").GetString()),
            Is.EquivalentTo(new[] { company.AccountId, added.Id })
        );
        (await colleague.Post($"/companies/{company.Id}/members", Body(company.Email))).Expect(409, "email_taken");
        (await colleague.Post($"/companies/{company.Id}/members", new { })).Expect(422, "invalid_fields");
    }

    [Test]
    public async Task Another_companys_members_are_not_found()
    {
        var (mine, theirs) = (await _host.Given.Company(), await _host.Given.Company());

        (await mine.Api.Get($"/companies/{theirs.Id}/members")).Expect(404);
        (await mine.Api.Post($"/companies/{theirs.Id}/members", Body("spy@example.com"))).Expect(404);
    }

    [Test]
    public async Task An_organizer_sees_members_and_adds_them_with_the_permission_to_organize()
    {
        var company = await _host.Given.Company();
        var (organizer, reviewer) = (
            await _host.Given.Organizer(Permission.Organize),
            await _host.Given.Organizer(Permission.Review)
        );
        var path = $"/companies/{company.Id}/members";

        (await organizer.Post(path, Body("third@example.com"))).Expect(201);
        (await reviewer.Get(path)).Expect(200);
        (await reviewer.Post(path, Body("fourth@example.com"))).Expect(403);
        (await organizer.Get("/companies/none/members")).Expect(404);
        (await organizer.Post("/companies/none/members", Body("fifth@example.com"))).Expect(404);
    }

    [Test]
    public async Task A_member_who_leaves_is_out_at_once_and_may_be_let_in_again()
    {
        var company = await _host.Given.Company();
        var leaver = await Person.With(_host, Permission.None, company.Id);
        var tokens = await leaver.Tokens();
        var path = $"/companies/{company.Id}/members/{leaver.Id}";
        (await _host.As(tokens.Access).Get("/me")).Expect(200);

        var ended = (await company.Api.Patch(path, new { disabled = true }, "\"1\"")).Expect(200);

        Assert.That(ended["disabled"].GetBoolean());
        Assert.That(ended.ETag, Is.EqualTo("\"2\""));
        (await _host.As(tokens.Access).Get("/me")).Expect(401);
        (await _host.Refresh(tokens.Refresh)).Expect(401);
        (await leaver.SignIn()).Expect(401, "wrong_credentials");
        Assert.That((await company.Api.Patch(path, new { disabled = true })).Expect(200).ETag, Is.EqualTo("\"2\""));
        (await company.Api.Patch(path, new { disabled = false }, "\"1\"")).Expect(412, "stale_version");

        var organizer = await _host.Given.Organizer(Permission.Organize);
        (await organizer.Patch(path, new { disabled = false })).Expect(200);
        (await _host.As(tokens.Access).Get("/me")).Expect(401);
        (await leaver.SignIn()).Expect(200);
        Assert.That(
            await _host.Query<long>(
                "SELECT COUNT(*) FROM audit WHERE chain = @Id AND action = 'account.changed'",
                new { company.Id }
            ),
            Is.EqualTo(2)
        );
    }

    [Test]
    public async Task Who_is_out_makes_no_account_to_come_back_by_where_that_is_not_felt_yet()
    {
        var company = await _host.Given.Company();
        var leaver = await Person.With(_host, Permission.None, company.Id);
        await using var another = _host.Another();
        var there = another.As((await leaver.Tokens()).Access);
        (await there.Get("/me")).Expect(200);

        (await company.Api.Patch($"/companies/{company.Id}/members/{leaver.Id}", new { disabled = true })).Expect(200);

        (await there.Get("/me")).Expect(200);
        (await there.Post($"/companies/{company.Id}/members", Body("back@example.com"))).Expect(403, "forbidden");
    }

    [Test]
    public async Task Nobody_ends_their_own_account_or_one_of_elsewhere()
    {
        var (mine, theirs) = (await _host.Given.Company(), await _host.Given.Company());
        var organizer = await Person.With(_host, Permission.Organize);
        var reviewer = await _host.Given.Organizer(Permission.Review);
        var end = new { disabled = true };

        (await mine.Api.Patch($"/companies/{mine.Id}/members/{mine.AccountId}", end)).Expect(409, "own_account");
        (await mine.Api.Patch($"/companies/{theirs.Id}/members/{theirs.AccountId}", end)).Expect(404);
        (await mine.Api.Patch($"/companies/{mine.Id}/members/{theirs.AccountId}", end)).Expect(404);
        (await mine.Api.Patch($"/companies/{mine.Id}/members/{organizer.Id}", end)).Expect(404);
        (await reviewer.Patch($"/companies/{mine.Id}/members/{mine.AccountId}", end)).Expect(403, "forbidden");
        (await mine.Api.Patch($"/companies/{mine.Id}/members/{mine.AccountId}", new { })).Expect(200);
    }

    [Test]
    public async Task Of_two_members_who_end_each_others_accounts_at_once_one_stays()
    {
        for (var round = 0; round < 10; round++)
        {
            var company = await _host.Given.Company();
            var other = await Person.With(_host, Permission.None, company.Id);
            var (ids, apis) = (
                new[] { company.AccountId, other.Id },
                new[] { company.Api, await _host.Given.SignedIn(other.Id) }
            );

            var replies = await Race.Run(
                2,
                i => apis[i].Patch($"/companies/{company.Id}/members/{ids[1 - i]}", new { disabled = true })
            );

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            Assert.That(
                await _host.Query<long>(
                    "SELECT COUNT(*) FROM account WHERE company_id = @Id AND disabled_at IS NULL",
                    new { company.Id }
                ),
                Is.EqualTo(1)
            );
        }
    }
}
