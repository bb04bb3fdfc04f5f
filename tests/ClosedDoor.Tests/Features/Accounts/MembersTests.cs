using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
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
}
