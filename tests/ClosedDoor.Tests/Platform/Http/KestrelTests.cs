using System.Net.Sockets;
using System.Text;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

/// <summary>What only the real server does: bodies of unsaid length, odd request lines, slow callers.</summary>
public class KestrelTests
{
    TestHost _host = null!;

    [OneTimeSetUp]
    public async Task Start() => _host = await TestHost.CreateOnKestrel();

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    async Task<string> Raw(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", _host.Client.BaseAddress!.Port);
        await using var stream = client.GetStream();
        var answer = new MemoryStream();
        // At the same time: the answer may come before all of the request has gone.
        await Task.WhenAll(UntilReset(stream.CopyToAsync(answer)), UntilReset(Send()));
        return Encoding.UTF8.GetString(answer.ToArray());

        async Task Send() => await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
    }

    /// <summary>Who hangs up on a request that has not come whole resets the connection, after its answer.</summary>
    static async Task UntilReset(Task talk)
    {
        try
        {
            await talk;
        }
        catch (IOException) { }
    }

    [Test]
    public async Task A_chunked_body_over_one_megabyte_is_too_large()
    {
        var owner = await _host.Given.Owner();
        var body = $"{{\"title\": \"{new string('a', 1200 * 1024)}\"}}";

        var answer = await Raw(
            $"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {owner.Token}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{body.Length:x}\r\n{body}\r\n0\r\n\r\n"
        );

        Assert.That(answer, Does.StartWith("HTTP/1.1 413 ").And.Contain("\"code\":\"too_large\""));
    }

    [TestCase("GET /api/v1/sessions/%00 HTTP/1.1")]
    [TestCase("GET /api/v1/sessions/\u0001 HTTP/1.1")]
    [TestCase("GET /api/v1/sessions/%c0%ae HTTP/1.1")]
    [TestCase("GET /api/v1/sessions?cursor=%00 HTTP/1.1")]
    [TestCase("FETCH /api/v1/sessions HTTP/1.1")]
    [TestCase("GET http://[/ HTTP/1.1")]
    public async Task An_odd_request_line_is_the_callers_mistake(string line)
    {
        var answer = await Raw($"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        Assert.That(answer, Does.StartWith("HTTP/1.1 4"));
    }

    [Test]
    public async Task Headers_beyond_all_measure_are_refused() =>
        Assert.That(
            await Raw($"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Long: {new string('a', 20_000)}\r\n\r\n"),
            Does.StartWith("HTTP/1.1 431")
        );

    [Test]
    public async Task The_server_does_not_say_what_it_is() =>
        Assert.That(
            await Raw("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"),
            Does.StartWith("HTTP/1.1 200").And.Not.Contain("Kestrel")
        );
}
