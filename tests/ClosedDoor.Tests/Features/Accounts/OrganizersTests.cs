using System.Text;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class OrganizersTests
{
    TestHost _host = null!;

    [SetUp]
    public async Task Start() => _host = await TestHost.Create();

    [TearDown]
    public async Task Stop() => await _host.DisposeAsync();

    static object Body(string email = "colleague@example.com", string password = Person.Password) =>
        new
        {
            email,
            name = "示例同事",
            password,
            permissions = new[] { "organize", "finance" },
        };

    [Test]
    public async Task An_owner_adds_an_organizer_who_signs_in_with_just_those_permissions()
    {
        var owner = await _host.Given.Owner();

        var added = (await owner.Post("/organizers", Body(), key: "once")).Expect(201);
        var again = (await owner.Post("/organizers", Body(), key: "once")).Expect(201);

        Assert.That(again.IsReplay);
        Assert.That(again.Text, Is.EqualTo(added.Text));
        Assert.That(added.Headers["Location"], Is.EqualTo($"/api/v1/organizers/{added.Id}"));
        Assert.That((await owner.Get($"/organizers/{added.Id}")).Expect(200).ETag, Is.EqualTo(added.ETag));
        var signedIn = (
            await _host.Anonymous.Post(
                "/auth/sign-in",
                new { email = "colleague@example.com", password = Person.Password }
            )
        ).Expect(200);
        var api = _host.As(Tokens.Of(signedIn).Access);
        Assert.That((await api.Get("/me"))["permissions"].ToString(), Is.EqualTo("""["organize","finance"]"""));
        (await api.Get("/organizers")).Expect(403, "forbidden");
        (await owner.Post("/organizers", Body())).Expect(409, "email_taken");
        Assert.That(
            await _host.Query<long>("SELECT COUNT(*) FROM idempotency WHERE answer LIKE '%passphrase%'"),
            Is.Zero
        );
    }

    [TestCase("""{}""", "email name password permissions")]
    [TestCase(
        """{"email":"x","name":"\u0001","password":"short","permissions":["king"]}""",
        "email name password permissions"
    )]
    [TestCase(
        """{"email":"a@example.com","name":"示例","password":"a-long-passphrase","permissions":[null]}""",
        "permissions"
    )]
    [TestCase(
        """{"email":"a@example.com","name":"示例","password":"a-long-passphrase","permissions":["Owner"]}""",
        "permissions"
    )]
    public async Task Unusable_fields_are_named(string body, string fields)
    {
        var owner = await _host.Given.Owner();
        var reply = await owner.Send(
            HttpMethod.Post,
            "/organizers",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        reply.Expect(422, "invalid_fields");
        Assert.That(
            string.Join(' ', reply["errors"].EnumerateObject().Select(field => field.Name)),
            Is.EqualTo(fields)
        );
    }

    [Test]
    public async Task The_list_goes_page_by_page_through_all_organizers()
    {
        var owner = await _host.Given.Owner();
        for (var i = 0; i < 4; i++)
            await Person.With(_host, Permission.Door);
        await _host.Given.Company();

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await owner.Get($"/organizers?limit=2&cursor={cursor}")).Expect(200);
            seen.AddRange(page["items"].EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            cursor = page["nextCursor"].GetString();
        } while (cursor is not null);

        Assert.That(seen, Is.Unique.And.Ordered.And.Count.EqualTo(5));
        (await owner.Get("/organizers?cursor=***")).Expect(400, "invalid_cursor");
    }

    [Test]
    public async Task A_change_of_permissions_is_felt_at_once()
    {
        var owner = await _host.Given.Owner();
        var person = await Person.With(_host, Permission.Door);
        var api = await person.Api();
        (await api.Get("/organizers")).Expect(403);

        var changed = (await owner.Patch($"/organizers/{person.Id}", new { permissions = new[] { "owner" } })).Expect(
            200
        );

        Assert.That(changed["version"].GetInt64(), Is.EqualTo(2));
        (await api.Get("/organizers")).Expect(200);
        (await owner.Patch($"/organizers/{person.Id}", new { name = "新名字" }, "\"1\"")).Expect(412, "stale_version");
        (await owner.Patch($"/organizers/{person.Id}", new { name = "新名字" }, "\"2\"")).Expect(200);
    }

    [Test]
    public async Task Disabling_ends_the_sign_ins_and_enabling_does_not_bring_them_back()
    {
        var owner = await _host.Given.Owner();
        var person = await Person.With(_host, Permission.Review);
        var tokens = await person.Tokens();
        (await _host.As(tokens.Access).Get("/me")).Expect(200);

        (await owner.Patch($"/organizers/{person.Id}", new { disabled = true })).Expect(200);

        (await _host.As(tokens.Access).Get("/me")).Expect(401);
        (await _host.Refresh(tokens.Refresh)).Expect(401);
        (await person.SignIn()).Expect(401, "wrong_credentials");
        (await owner.Patch($"/organizers/{person.Id}", new { disabled = false })).Expect(200);
        (await _host.As(tokens.Access).Get("/me")).Expect(401);
        (await _host.Refresh(tokens.Refresh)).Expect(401);
        (await person.SignIn()).Expect(200);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Who_is_no_owner_any_more_makes_nothing_to_come_back_by_where_that_is_not_felt_yet(bool disabled)
    {
        var owner = await _host.Given.Owner();
        var person = await Person.With(_host, Permission.Owner);
        await using var another = _host.Another();
        var there = another.As((await person.Tokens()).Access);
        (await there.Get("/organizers")).Expect(200);

        var end = disabled ? new { disabled } : (object)new { permissions = new[] { "door" } };
        (await owner.Patch($"/organizers/{person.Id}", end)).Expect(200);

        (await there.Get("/organizers")).Expect(200);
        (await there.Post("/organizers", Body())).Expect(403, "forbidden");
        (await there.Post("/api-keys", new { name = "示例", scopes = new[] { "organize" } })).Expect(403, "forbidden");
    }

    [Test]
    public async Task The_last_owner_stays_an_enabled_owner()
    {
        var person = await Person.With(_host, Permission.Owner);
        var disabled = await Person.With(_host, Permission.Owner);
        var api = await person.Api();
        (await api.Patch($"/organizers/{disabled.Id}", new { disabled = true })).Expect(200);
        var path = $"/organizers/{person.Id}";

        (await api.Patch(path, new { permissions = new[] { "organize" } })).Expect(409, "last_owner");
        (await api.Patch(path, new { disabled = true })).Expect(409, "last_owner");
        (await api.Patch(path, new { name = "新名字", permissions = new[] { "owner", "door" } })).Expect(200);
    }

    [Test]
    public async Task Two_owners_who_demote_each_other_at_once_leave_one()
    {
        await using var another = _host.Another();
        for (var round = 0; round < 10; round++)
        {
            var (one, other) = (await Person.With(_host, Permission.Owner), await Person.With(_host, Permission.Owner));
            ApiClient[] apis = [await one.Api(), another.As((await other.Tokens()).Access)];
            string[] targets = [other.Id, one.Id];

            var replies = await Race.Run(
                2,
                i =>
                    apis[i]
                        .Patch(
                            $"/organizers/{targets[i]}",
                            i == 0 ? new { permissions = Array.Empty<string>() } : (object)new { disabled = true }
                        )
            );

            Assert.That(
                replies.Count(reply => reply.Status == 200),
                Is.EqualTo(1),
                string.Join('\n', (object[])replies)
            );
            Assert.That(await Owners(), Is.EqualTo(1));
            await _host.Tamper("UPDATE account SET permissions = ''");
        }
    }

    [Test]
    public async Task Control_owners_counted_before_the_change_can_all_go()
    {
        Person[] people = [await Person.With(_host, Permission.Owner), await Person.With(_host, Permission.Owner)];
        var meet = new Rendezvous(2);

        var went = await Race.Run(
            2,
            async i =>
            {
                var owners = await Owners();
                await meet.Arrive();
                return owners > 1
                    && await _host.Tamper(
                        "UPDATE account SET permissions = '' WHERE id = @Id",
                        new { people[1 - i].Id }
                    ) == 1;
            }
        );

        Assert.That(went, Is.All.True);
        Assert.That(await Owners(), Is.Zero);
    }

    Task<long> Owners() =>
        _host.Query<long>("SELECT COUNT(*) FROM account WHERE permissions LIKE '%owner%' AND disabled_at IS NULL");

    [Test]
    public async Task A_companys_account_is_no_organizer()
    {
        var owner = await _host.Given.Owner();
        var company = await _host.Given.Company();
        (await owner.Get($"/organizers/{company.AccountId}")).Expect(404);
        (await owner.Patch($"/organizers/{company.AccountId}", new { disabled = true })).Expect(404);
        (await owner.Patch("/organizers/none", new { disabled = true })).Expect(404);
    }
}
