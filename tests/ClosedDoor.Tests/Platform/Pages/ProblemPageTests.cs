using System.Text.Json;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Pages;

/// <summary>An address that leads nowhere: a page for who looks at it, problem details for what reads it.</summary>
public class ProblemPageTests
{
    const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";

    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.Create();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    async Task<(HttpResponseMessage Reply, string Text)> Get(string path, string? accept, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        var reply = await _host.Client.SendAsync(request);
        return (reply, await reply.Content.ReadAsStringAsync());
    }

    [TestCase("/", "pages/link.css")]
    [TestCase("/invitaton", "pages/link.css")]
    [TestCase("/record", "pages/link.css")]
    [TestCase("/sessions/ses_x/more", "../../pages/link.css")]
    [TestCase("/pages/%3Cscript%3E", "../pages/link.css")]
    public async Task A_browser_is_shown_a_page_in_Chinese_and_English(string path, string style)
    {
        var (reply, text) = await Get(path, Browser);

        Assert.That((int)reply.StatusCode, Is.EqualTo(404));
        Assert.That(reply.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/html; charset=utf-8"));
        Assert.That(reply.Headers.CacheControl!.NoStore);
        Assert.That(
            reply.Headers.GetValues("Content-Security-Policy").Single(),
            Does.Contain("default-src 'none'; script-src 'self'").And.Not.Contain("unsafe")
        );
        Assert.That(reply.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
        Assert.That(text, Does.Contain("<h1>未找到</h1>").And.Contain("<h2 lang=\"en\">Not found</h2>"));
        Assert.That(text, Does.Contain(reply.Headers.GetValues("X-Request-Id").Single()));
        Assert.That(text, Does.Contain($"href=\"{style}\"").And.Not.Contain("script"));
    }

    [TestCase("/record", null)]
    [TestCase("/record", "*/*")]
    [TestCase("/record", "application/json")]
    [TestCase("/record", "application/problem+json, text/html;q=0.5")]
    [TestCase("/record", "*/*, text/html;q=0")]
    [TestCase("/api/v1/nowhere", Browser)]
    [TestCase("/api/v1/reservations/rsv_x", Browser)]
    public async Task A_program_is_given_problem_details(string path, string? accept)
    {
        var (reply, text) = await Get(path, accept);

        Assert.That(reply.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/problem+json"));
        using var problem = JsonDocument.Parse(text);
        Assert.That(problem.RootElement.GetProperty("status").GetInt32(), Is.EqualTo((int)reply.StatusCode));
    }

    [Test]
    public async Task HEAD_says_what_GET_would_and_sends_none_of_it()
    {
        var (reply, text) = await Get("/nowhere", Browser, HttpMethod.Head);

        Assert.That((int)reply.StatusCode, Is.EqualTo(404));
        Assert.That(reply.Content.Headers.ContentLength, Is.GreaterThan(500));
        Assert.That(text, Is.Empty);
    }
}
