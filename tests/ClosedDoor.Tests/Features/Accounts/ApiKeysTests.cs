using System.Text;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Accounts;

public class ApiKeysTests
{
    TestHost _host = null!;
    ApiClient _owner = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _owner = await _host.Given.Owner();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    static readonly object Body = new { name = "客户管理系统", scopes = new[] { "organize" } };

    [Test]
    public async Task A_key_is_shown_once_and_opens_what_its_scopes_say()
    {
        var made = (await _owner.Post("/api-keys", Body)).Expect(201);
        var key = made["key"].GetString()!;

        Assert.That(made.Headers["Cache-Control"], Is.EqualTo("no-store"));
        Assert.That(key, Does.StartWith("cdk_"));
        var me = (await _host.As(key).Get("/me")).Expect(200);
        Assert.That(me.Id, Is.EqualTo(made.Id));
        Assert.That(me["role"].GetString(), Is.EqualTo("api_key"));
        Assert.That(me["name"].GetString(), Is.EqualTo("客户管理系统"));
        Assert.That(me["email"].ValueKind, Is.EqualTo(System.Text.Json.JsonValueKind.Null));
        (await _host.As(key).Post("/sessions", _host.Given.SessionBody())).Expect(201);
        (await _host.As(key).Get("/api-keys")).Expect(403);
        (await _host.As(key).Post("/auth/sign-out")).Expect(403, "forbidden");
        Assert.That((await _owner.Get($"/api-keys/{made.Id}")).Expect(200).Text, Does.Not.Contain("cdk_"));
        Assert.That(
            (await _owner.Get("/api-keys?limit=200")).Expect(200).Text,
            Does.Contain(made.Id).And.Not.Contain("cdk_")
        );
    }

    [Test]
    public async Task A_repetition_answers_without_the_key_which_is_nowhere_stored()
    {
        var first = (await _owner.Post("/api-keys", Body, key: "once")).Expect(201);
        var again = (await _owner.Post("/api-keys", Body, key: "once")).Expect(201);

        Assert.That(again.IsReplay);
        Assert.That(again.Id, Is.EqualTo(first.Id));
        Assert.That(again.Json.TryGetProperty("key", out _), Is.False);
        Assert.That(await _host.Query<long>("SELECT COUNT(*) FROM idempotency WHERE answer LIKE '%cdk%'"), Is.Zero);
    }

    [Test]
    public async Task A_revoked_key_is_refused_at_once()
    {
        var made = (await _owner.Post("/api-keys", Body)).Expect(201);
        var api = _host.As(made["key"].GetString()!);
        (await api.Get("/me")).Expect(200);

        (await _owner.Delete($"/api-keys/{made.Id}", "\"7\"")).Expect(412, "stale_version");
        (await _owner.Delete($"/api-keys/{made.Id}", "\"1\"")).Expect(204);

        (await api.Get("/me")).Expect(401, "unauthenticated");
        Assert.That((await _owner.Get($"/api-keys/{made.Id}")).Expect(200)["revokedAt"].GetString(), Is.Not.Null);
        (await _owner.Delete($"/api-keys/{made.Id}")).Expect(204);
        (await _owner.Delete("/api-keys/none")).Expect(404);
    }

    [TestCase("organize", true)]
    [TestCase("review", true)]
    [TestCase("finance", true)]
    [TestCase("door", false)]
    public async Task A_key_reads_what_companies_and_people_sent_unless_it_is_for_the_door_alone(
        string scope,
        bool reads
    )
    {
        var company = await _host.Given.VettedCompany();
        var sessionId = await _host.Given.PublishedSession();
        var (reservationId, paymentId) = await _host.Given.AwaitingTransfer(company, sessionId);
        var vettingId = await _host.Query<string>("SELECT id FROM vetting WHERE company_id = @Id", new { company.Id });
        var made = (await _owner.Post("/api-keys", new { name = "示例", scopes = new[] { scope } })).Expect(201);
        var api = _host.As(made["key"].GetString()!);

        foreach (
            var path in new[]
            {
                "/companies",
                $"/companies/{company.Id}",
                $"/companies/{company.Id}/members",
                "/vettings",
                $"/vettings/{vettingId}",
                "/reservations",
                $"/reservations/{reservationId}",
                $"/reservations/{reservationId}/delegates",
                "/payments",
                $"/payments/{paymentId}",
            }
        )
            Assert.That((await api.Get(path)).Status, Is.EqualTo(reads ? 200 : 403), path);
        (await api.Get("/me")).Expect(200);
        (await api.Get($"/sessions/{sessionId}")).Expect(200);
    }

    [TestCase("""{}""")]
    [TestCase("""{"name":"x","scopes":["owner"]}""")]
    [TestCase("""{"name":"x","scopes":["organize","owner"]}""")]
    [TestCase("""{"name":"x","scopes":[]}""")]
    [TestCase("""{"name":"x","scopes":[null]}""")]
    [TestCase("""{"name":"\u0001","scopes":["door"]}""")]
    public async Task Unusable_keys_are_refused(string body) =>
        (
            await _owner.Send(HttpMethod.Post, "/api-keys", new StringContent(body, Encoding.UTF8, "application/json"))
        ).Expect(422, "invalid_fields");
}
