using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

/// <summary>Every endpoint of the area against every kind of caller: nobody, a company, each permission, a key.</summary>
public class WhoMayManageTests
{
    static readonly string[] Callers = ["nobody", "company", "organize", "review", "finance", "door", "key", "owner"];

    TestHost _host = null!;
    Dictionary<string, ApiClient> _as = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        var owner = await _host.Given.Owner();
        var key = await owner.Post(
            "/api-keys",
            new { name = "全部", scopes = new[] { "organize", "review", "finance", "door" } }
        );
        _as = new()
        {
            ["nobody"] = _host.Anonymous,
            ["company"] = (await _host.Given.Company()).Api,
            ["organize"] = await _host.Given.Organizer(Permission.Organize),
            ["review"] = await _host.Given.Organizer(Permission.Review),
            ["finance"] = await _host.Given.Organizer(Permission.Finance),
            ["door"] = await _host.Given.Organizer(Permission.Door),
            ["key"] = _host.As(key["key"].GetString()!),
            ["owner"] = owner,
        };
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    // What a caller who is let in gets for an empty body and an id that there is none of.
    [TestCase("POST", "/organizers", 422)]
    [TestCase("GET", "/organizers", 200)]
    [TestCase("GET", "/organizers/none", 404)]
    [TestCase("PATCH", "/organizers/none", 404)]
    [TestCase("POST", "/api-keys", 422)]
    [TestCase("GET", "/api-keys", 200)]
    [TestCase("GET", "/api-keys/none", 404)]
    [TestCase("DELETE", "/api-keys/none", 404)]
    public Task Only_owners_manage_accounts_and_keys(string method, string path, int letIn) =>
        Check(method, path, caller => caller == "owner" ? letIn : 403);

    [TestCase("POST", "/me/password", 422)]
    public Task People_have_passwords_and_keys_have_none(string method, string path, int letIn) =>
        Check(method, path, caller => caller == "key" ? 403 : letIn);

    [TestCase("GET", "/me", 200)]
    [TestCase("GET", "/companies/cmp_01kjp0y9m0f7k9e9rzqpmmqpk6/members", 404)]
    public Task Everybody_signed_in_may_ask(string method, string path, int letIn) => Check(method, path, _ => letIn);

    [TestCase("POST", "/companies/cmp_01kjp0y9m0f7k9e9rzqpmmqpk6/members")]
    public Task Members_are_added_by_companies_and_organizers(string method, string path) =>
        Check(
            method,
            path,
            caller =>
                caller switch
                {
                    "company" => 404,
                    "organize" or "key" or "owner" => 422,
                    _ => 403,
                }
        );

    async Task Check(string method, string path, Func<string, int> expected)
    {
        foreach (var caller in Callers)
        {
            var reply = await _as[caller]
                .Send(HttpMethod.Parse(method), path, method is "GET" or "DELETE" ? null : new { });
            Assert.That(reply.Status, Is.EqualTo(caller == "nobody" ? 401 : expected(caller)), $"{caller}: {reply}");
        }
    }
}
