using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

public class EdgeTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    async Task<HttpResponseMessage> Get(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _host.Client.SendAsync(request);
    }

    static string Header(HttpResponseMessage response, string name) =>
        string.Join(",", response.Headers.GetValues(name));

    [Test]
    public async Task A_head_request_gets_the_headers_of_get_without_its_body()
    {
        var sessionId = await _host.Given.PublishedSession();
        var get = await Get($"/api/v1/sessions/{sessionId}");
        using var request = new HttpRequestMessage(HttpMethod.Head, $"/api/v1/sessions/{sessionId}");

        using var head = await _host.Client.SendAsync(request);

        Assert.That((int)head.StatusCode, Is.EqualTo(200));
        Assert.That(head.Headers.ETag, Is.EqualTo(get.Headers.ETag).And.Not.Null);
        Assert.That(head.Content.Headers.ContentLength, Is.EqualTo(get.Content.Headers.ContentLength));
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [Test]
    public async Task A_tag_that_still_holds_is_answered_without_a_body()
    {
        var sessionId = await _host.Given.PublishedSession();
        var first = (await _host.Anonymous.Get($"/sessions/{sessionId}")).Expect(200);

        var again = await _host.Anonymous.Get($"/sessions/{sessionId}", ifNoneMatch: $"W/\"0\", {first.ETag}");

        Assert.That(again.Expect(304).Body, Is.Empty);
    }

    [TestCase(null, "zh-CN")]
    [TestCase("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN")]
    [TestCase("en", "en")]
    [TestCase("en-GB, zh;q=0.5", "en")]
    [TestCase("en;q=0.4, zh;q=0.5", "zh-CN")]
    [TestCase("fr", "zh-CN")]
    [TestCase(";;q=x", "zh-CN")]
    public async Task Problems_speak_the_language_that_is_asked_for(string? accepted, string spoken)
    {
        using var response = accepted is null
            ? await Get("/api/v1/no")
            : await Get("/api/v1/no", ("Accept-Language", accepted));

        Assert.That(response.Content.Headers.ContentLanguage.Single(), Is.EqualTo(spoken));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain(spoken == "en" ? "Not found" : "未找到"));
    }

    [TestCase("/openapi/v9.json")]
    [TestCase("/openapi/v1.yaml")]
    [TestCase("/openapi/")]
    [TestCase("/docs/v9/index.html")]
    [TestCase("/no")]
    public async Task What_is_not_there_is_a_problem_outside_of_the_API_too(string path)
    {
        using var response = await Get(path);

        Assert.That((int)response.StatusCode, Is.EqualTo(404));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"));
        Assert.That(
            await response.Content.ReadAsStringAsync(),
            Does.Contain("\"code\":\"not_found\"").And.Contain("未找到").And.Contain(path)
        );
    }

    [TestCase("/api/v1/sessions")]
    [TestCase("/api/v1/no")]
    [TestCase("/healthz")]
    public async Task Data_can_neither_run_nor_be_framed_in_a_browser(string path)
    {
        using var response = await Get(path);

        Assert.That(
            Header(response, "Content-Security-Policy"),
            Is.EqualTo("default-src 'none'; frame-ancestors 'none'")
        );
        Assert.That(Header(response, "X-Content-Type-Options"), Is.EqualTo("nosniff"));
        Assert.That(Header(response, "Referrer-Policy"), Is.EqualTo("no-referrer"));
        Assert.That(
            response.Headers.Contains("Strict-Transport-Security"),
            Is.False,
            "over plain HTTP it means nothing"
        );
    }

    [Test]
    public async Task A_trusted_proxys_word_on_address_and_scheme_is_believed()
    {
        await using var behindProxy = await TestHost.Create(("CLOSEDDOOR_TRUSTED_PROXIES", "10.0.0.1, 192.168.0.0/16"));

        foreach (var (from, believed) in new[] { ("10.0.0.1", true), ("192.168.7.7", true), ("10.0.0.2", false) })
        {
            var answer = await behindProxy.From(
                from,
                "/healthz",
                ("X-Forwarded-Proto", "https"),
                ("X-Forwarded-For", "1.2.3.4")
            );
            Assert.That(answer.Response.Headers.ContainsKey("Strict-Transport-Security"), Is.EqualTo(believed), from);
            Assert.That(answer.Connection.RemoteIpAddress!.ToString(), Is.EqualTo(believed ? "1.2.3.4" : from));
        }
    }

    [Test]
    public async Task Without_trusted_proxies_forwarded_headers_are_ignored()
    {
        var answer = await _host.From("10.0.0.1", "/healthz", ("X-Forwarded-For", "1.2.3.4"));

        Assert.That(answer.Connection.RemoteIpAddress!.ToString(), Is.EqualTo("10.0.0.1"));
    }

    [Test]
    public async Task Too_many_requests_of_one_address_are_told_when_to_come_again()
    {
        await using var strict = await TestHost.Create(("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "1"));

        var replies = await ManyAtOnce(_ => strict.Anonymous.Get("/sessions"));

        var refused = Array.Find(replies, reply => reply.Status == 429);

        Assert.That(refused, Is.Not.Null);
        refused!.Expect(429, "too_many_requests");
        Assert.That(int.Parse(refused.Headers["Retry-After"]), Is.GreaterThanOrEqualTo(1));
        foreach (var path in new[] { "/healthz", "/readyz", "/metrics" })
        {
            using var response = await strict.Client.GetAsync(path);
            Assert.That((int)response.StatusCode, Is.EqualTo(200), path);
        }
    }

    [TestCase("/openapi/v1.json")]
    [TestCase("/docs/problems")]
    [TestCase("/invitation")]
    public async Task A_page_is_limited_like_everything_and_not_sent_to_who_has_it(string path)
    {
        await using var strict = await TestHost.Create(("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "1"));
        var answers = await ManyAtOnce(_ => strict.From("10.0.0.1", path));
        Assert.That(answers.Select(answer => answer.Response.StatusCode), Does.Contain(200).And.Contain(429));

        using var first = await Get(path);
        var tag = first.Headers.ETag!.ToString();
        Assert.That(Header(first, "Cache-Control"), Is.EqualTo("no-cache"));
        foreach (var known in new[] { tag, $"W/{tag}", $"\"other\", {tag}", "*" })
        {
            using var again = await Get(path, ("If-None-Match", known));
            Assert.That((int)again.StatusCode, Is.EqualTo(304), known);
            Assert.That(await again.Content.ReadAsByteArrayAsync(), Is.Empty);
        }
        using var changed = await Get(path, ("If-None-Match", "\"other\""));
        Assert.That(await changed.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
    }

    static readonly string[] NoTokens =
    [
        "cda_0123456789012345678901234567890123456789012",
        "cdk_0123456789012345678901234567890123456789012",
        "x",
        "",
    ];

    [TestCaseSource(nameof(NoTokens))]
    public async Task A_token_that_is_none_is_refused_where_none_is_needed(string token)
    {
        foreach (var path in new[] { "/api/v1/sessions", "/api/v1/me" })
        {
            using var response = await Get(path, ("Authorization", $"Bearer {token}"));

            Assert.That((int)response.StatusCode, Is.EqualTo(401), path);
            Assert.That(Header(response, "WWW-Authenticate"), Is.EqualTo("Bearer error=\"invalid_token\""));
        }
        foreach (var path in new[] { "/healthz", "/readyz", "/metrics", "/docs/problems", "/openapi/v1.json" })
        {
            using var response = await Get(path, ("Authorization", $"Bearer {token}"));

            Assert.That((int)response.StatusCode, Is.EqualTo(200), path);
        }
    }

    [Test]
    public async Task An_expired_token_is_not_served_as_nobodys()
    {
        var company = await _host.Given.Company();
        (await company.Api.Get("/sessions")).Expect(200);
        await _host.Tamper(
            "UPDATE sign_in SET access_expires_at = @now WHERE account_id = @AccountId",
            new { now = _host.Time.Now, company.AccountId }
        );
        _host.Time.Advance(Duration.FromMinutes(1));

        (await company.Api.Get("/sessions")).Expect(401, "unauthenticated");
    }

    [Test]
    public async Task Guessing_tokens_is_limited_by_address()
    {
        await using var strict = await TestHost.Create(("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "1"));

        var replies = await ManyAtOnce(i => strict.As($"cda_{i:D43}").Get("/me"));

        Assert.That(replies.Select(reply => reply.Status), Does.Contain(401).And.Contain(429));
    }

    [Test]
    public async Task Addresses_of_one_IPv6_subscriber_share_a_limit()
    {
        await using var strict = await TestHost.Create(("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "1"));

        var answers = await ManyAtOnce(i => strict.From($"2001:db8:0:1::{i + 1}", "/api/v1/sessions"));

        Assert.That(answers.Select(answer => answer.Response.StatusCode), Does.Contain(429));
        Assert.That((await strict.From("2001:db8:0:2::1", "/api/v1/sessions")).Response.StatusCode, Is.EqualTo(200));
    }

    [Test]
    public async Task A_signed_in_caller_has_a_limit_of_its_own()
    {
        await using var strict = await TestHost.Create(("CLOSEDDOOR_ADDRESS_REQUESTS_PER_SECOND", "1"));
        var owner = await strict.Given.Owner();
        var replies = await ManyAtOnce(_ => strict.Anonymous.Get("/sessions"));

        Assert.That(replies.Select(reply => reply.Status), Does.Contain(429));
        (await owner.Get("/sessions")).Expect(200);
    }

    /// <summary>More than are allowed in the time that they take, however slow the machine: a bucket fills by the true clock.</summary>
    static Task<T[]> ManyAtOnce<T>(Func<int, Task<T>> ask) => Races.Race.Run(60, ask);
}
