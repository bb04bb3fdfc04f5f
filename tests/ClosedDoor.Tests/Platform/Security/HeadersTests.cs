using System.Net;
using System.Text;
using ClosedDoor.Tests.Given;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>Whatever is answered, a browser is told to sniff, frame and run nothing, and over HTTPS to come back that way.</summary>
public class HeadersTests
{
    const string Proxy = "10.0.0.1";

    [Test]
    public async Task Every_kind_of_answer_carries_them()
    {
        await using var host = await TestHost.Create(("CLOSEDDOOR_TRUSTED_PROXIES", Proxy));
        var world = await World.Create(host);
        var owner = (await world.Callers["owner"]()).Token;
        var own = (await world.Callers["own"]()).Token;
        var session = $"/api/v1/sessions/{world.Ids["sessionId"]}";
        var tag = (await host.Anonymous.Get(session)).ETag!;
        var evidence = $"/api/v1/vettings/{world.Ids["vettingId"]}/evidence/{world.Ids["evidenceId"]}";
        (string What, string Method, string Path, string? Token, object? Body, int Status)[] answers =
        [
            ("a resource", "GET", session, null, null, 200),
            ("without its body", "HEAD", session, null, null, 200),
            ("one that still holds", "GET", session, null, tag, 304),
            ("one that is made", "POST", "/api/v1/sessions", owner, host.Given.SessionBody(), 201),
            ("a file", "GET", evidence, own, null, 200),
            ("malformed", "POST", "/api/v1/sessions", owner, "{", 400),
            ("nobody", "GET", "/api/v1/me", null, null, 401),
            ("a token that is none", "GET", session, "cda_none", null, 401),
            ("not allowed", "GET", "/api/v1/organizers", own, null, 403),
            ("no such resource", "GET", "/api/v1/sessions/none", null, null, 404),
            ("no such path", "GET", "/api/v1/none", null, null, 404),
            ("no such page", "GET", "/none", null, null, 404),
            ("no such method", "DELETE", "/api/v1/sessions", owner, null, 405),
            ("asked of another origin", "OPTIONS", "/api/v1/sessions", null, null, 405),
            ("too large", "POST", "/api/v1/sessions", owner, new string(' ', 1200 * 1024), 413),
            ("no JSON", "POST", "/api/v1/sessions", owner, new FormUrlEncodedContent([]), 415),
            ("invalid", "POST", "/api/v1/sessions", owner, "{}", 422),
            ("the document", "GET", "/openapi/v1.json", null, null, 200),
            ("the page", "GET", "/docs/index.html", null, null, 200),
            ("its script", "GET", "/docs/swagger-ui-bundle.js", null, null, 200),
            ("the problems' page", "GET", "/docs/problems", null, null, 200),
            ("a guest's page", "GET", "/invitation", null, null, 200),
            ("the script of the pages", "GET", "/pages/link.js", null, null, 200),
            ("alive", "GET", "/healthz", null, null, 200),
            ("ready", "GET", "/readyz", null, null, 200),
            ("metrics", "GET", "/metrics", null, null, 200),
        ];
        using var client = new HttpClient(
            ((TestServer)host.Get<IServer>()).CreateHandler(http =>
                http.Connection.RemoteIpAddress = IPAddress.Parse(Proxy)
            )
        )
        {
            BaseAddress = new Uri("http://localhost"),
        };

        foreach (var (what, method, path, token, body, status) in answers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), path);
            request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
            if (token is not null)
                request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            if (status == 304)
                request.Headers.TryAddWithoutValidation("If-None-Match", (string)body!);
            else if (body is not null)
                request.Content =
                    body as HttpContent
                    ?? new StringContent(
                        body as string
                            ?? System.Text.Json.JsonSerializer.Serialize(body, ClosedDoor.Platform.Http.Json.Options),
                        Encoding.UTF8,
                        "application/json"
                    );
            using var response = await client.SendAsync(request);

            Assert.That((int)response.StatusCode, Is.EqualTo(status), what);
            Assert.That(All(response), Does.Contain("X-Content-Type-Options: nosniff"), what);
            Assert.That(All(response), Does.Contain("Referrer-Policy: no-referrer"), what);
            Assert.That(All(response), Does.Contain("Strict-Transport-Security: max-age=31536000"), what);
            Assert.That(All(response), Does.Contain("default-src 'none'").And.Contain("frame-ancestors 'none'"), what);
            Assert.That(All(response), Does.Not.Contain("unsafe-eval").And.Not.Contain("Access-Control-Allow"), what);
            Assert.That(All(response), Does.Not.Contain("Server:").And.Not.Contain("X-Powered-By"), what);
        }
    }

    [Test]
    public async Task What_a_caller_is_shown_is_kept_for_no_other_and_never_shown_again_unasked()
    {
        await using var host = await TestHost.Create();
        var session = $"/sessions/{await host.Given.PublishedSession()}";
        var owner = await host.Given.Owner();
        var first = (await host.Anonymous.Get(session)).Expect(200);

        ByThisCallerAlone(first);
        foreach (var reply in new[] { await owner.Get(session), await owner.Get("/companies") })
            ByThisCallerAlone(reply.Expect(200));
        var again = await host.Anonymous.Get(session, ifNoneMatch: first.ETag);
        ByThisCallerAlone(again.Expect(304));

        static void ByThisCallerAlone(Reply reply) =>
            Assert.That(reply.Headers["Cache-Control"].Split(", "), Is.EquivalentTo(new[] { "private", "no-cache" }));
    }

    [Test]
    public async Task An_answer_that_is_told_to_come_later_or_that_failed_carries_them_too()
    {
        await using var host = await TestHost.Create(("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "1"));
        await host.Tamper("ALTER TABLE session RENAME TO gone");
        var failed = await host.Anonymous.Get("/sessions");
        var limited = failed;
        for (var i = 0; i < 10 && limited.Status != 429; i++)
            limited = await host.Anonymous.Get("/sessions");

        Assert.That(failed.Expect(500, "internal_error").Headers["X-Content-Type-Options"], Is.EqualTo("nosniff"));
        Assert.That(limited.Expect(429).Headers["Content-Security-Policy"], Does.Contain("frame-ancestors 'none'"));
    }

    static string All(HttpResponseMessage response) => $"{response.Headers}{response.Content.Headers}";
}
