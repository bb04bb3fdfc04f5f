using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using ClosedDoor.Platform.Http;
using ClosedDoor.Tests.Features.Vetting;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>
/// Callers who send or read a byte now and then to hold connections (slowloris): each loses its connection in its time,
/// and meanwhile everybody else is served. All of them at once, since each test of a time limit takes that time.
/// </summary>
public class SlowClientTests
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(90);

    /// <summary>Bytes: more than the network between the two keeps.</summary>
    const int Long = 9_000_000;

    /// <summary>
    /// Bytes for which the least rate gives half a minute: a rate that is counted anew with each piece, or from the last on,
    /// would cut their sender sooner; one that is not averaged from the first byte on, never.
    /// </summary>
    const int AtOnce = 30 * Edge.LeastRate;

    /// <summary>Small requests: some hundreds whose answers the network keeps, and a megabyte that is read once a connection is cut.</summary>
    const int MostUntaken = 50_000;

    int _port;
    string _download = "";

    [Test]
    public async Task Slow_callers_lose_their_connections_and_hinder_nobody()
    {
        await using var host = await TestHost.CreateOnKestrel();
        _port = host.Client.BaseAddress!.Port;
        var company = await host.Given.Company();
        var vetting = (await company.Api.Post($"/companies/{company.Id}/vettings")).Expect(201).Id;
        var file = Applications.File([.. Applications.Pdf, .. new byte[Long]], "证明.pdf", null);
        var uploaded = (await company.Api.Upload(vetting, file)).Expect(201);
        _download =
            $"GET /api/v1{uploaded.Headers["Location"].Replace("/api/v1", "")} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {company.Api.Token}\r\n\r\n";
        var slow = Enumerable
            .Range(0, 100)
            .Select(_ => DripHeaders())
            .Append(DripBody("a body, byte by byte", atOnce: 0))
            .Append(DripBody("a body of which most came at once, byte by byte", AtOnce))
            .Append(SilentAfterConnecting())
            .Append(ReadsNothing())
            .Append(ReadsALittleNowAndThen())
            .ToArray();

        using var all = new CancellationTokenSource();
        var asking = AsksOnAndOnAndReadsNothing(all.Token);
        var since = Stopwatch.GetTimestamp();
        var fair = ReadsSteadily();
        await Task.Delay(1000);
        for (var i = 0; i < 50; i++)
        {
            var began = Stopwatch.GetTimestamp();
            (await host.Anonymous.Get("/sessions")).Expect(200);
            Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));
        }

        foreach (var how in await Task.WhenAll(slow))
            Assert.That(how.Ended, Is.True, how.Who);
        all.CancelAfter(Longest - Stopwatch.GetElapsedTime(since) is { Ticks: > 0 } left ? left : TimeSpan.Zero);
        var (asked, cut) = await asking;
        Assert.That(cut, Is.True, "a caller who asks on and on and reads nothing");
        var answered = await Answered(host);
        TestContext.Out.WriteLine($"{asked} requests in a row whose answers nobody took, {answered} answered");
        Assert.That(answered, Is.Positive.And.LessThan(MostUntaken), $"of {asked}");
        Assert.That(await fair, Is.GreaterThan(Long), "who reads slowly and steadily gets all of it");
    }

    /// <summary>Or a body in pieces of a byte each, or with long extensions (RFC 9112, 7.1.1), could take many times its time.</summary>
    [TestCase(1, "")]
    [TestCase(1000, ";a=", 3000)]
    public async Task What_frames_the_chunks_of_a_body_counts_as_body(int bytes, string extension, int extended = 0)
    {
        await using var host = await TestHost.CreateOnKestrel();
        _port = host.Client.BaseAddress!.Port;
        using var client = await Connect();
        var stream = client.GetStream();
        using var reader = new StreamReader(stream);
        var answer = reader.ReadLineAsync();
        var chunk = $"{bytes:x}{extension}{new string('x', extended)}\r\n{new string(' ', bytes)}\r\n";
        var chunks = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(chunk, 6000 / chunk.Length)));
        await stream.WriteAsync(
            "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray()
        );

        var sent = 0;
        for (; sent <= RequestPipeline.LargestBody; sent += chunks.Length)
            await stream.WriteAsync(chunks);

        Assert.That(await answer, Does.StartWith("HTTP/1.1 413 "));
        Assert.That(
            sent / chunk.Length * bytes,
            Is.LessThan(RequestPipeline.LargestBody / 2),
            "of what is said in them"
        );
    }

    /// <summary>
    /// Requests in a row on one connection, of which no answer is taken: after what the network between the two keeps, the
    /// others are left unread. It is cut, too, once it has had its time for what it was sent.
    /// </summary>
    /// <returns>How many were sent, and whether the other side hung up.</returns>
    async Task<(long Sent, bool Cut)> AsksOnAndOnAndReadsNothing(CancellationToken until)
    {
        using var client = await Connect(window: 4096);
        client.SendBufferSize = 4 * 1024 * 1024;
        var one = "GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n";
        var many = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(one, 1000)));
        var sent = 0L;
        try
        {
            for (; ; sent += 1000)
                await client.GetStream().WriteAsync(many, until);
        }
        catch (IOException)
        {
            return (sent, true);
        }
        catch (OperationCanceledException)
        {
            return (sent, false);
        }
    }

    static async Task<long> Answered(TestHost host)
    {
        var metrics = await host.Client.GetStringAsync("/metrics");
        return metrics
            .Split('\n')
            .Where(line =>
                line.StartsWith("http_server_request_duration_seconds_count", StringComparison.Ordinal)
                && line.Contains("\"/api/v1/me\"", StringComparison.Ordinal)
            )
            .Sum(line => long.Parse(line.Split(' ')[^1]));
    }

    async Task<(string Who, bool Ended)> ReadsNothing()
    {
        using var client = await Connect(window: 4096);
        return ("a caller who reads nothing", await IsCutWhile(client, () => Task.CompletedTask));
    }

    async Task<(string Who, bool Ended)> ReadsALittleNowAndThen()
    {
        using var client = await Connect(window: 4096);
        var some = new byte[100];
        return (
            "a caller who reads a hundred bytes now and then",
            await IsCutWhile(
                client,
                async () => _ = await client.GetStream().ReadAtLeastAsync(some, 1, throwOnEndOfStream: false)
            )
        );
    }

    /// <summary>Some 400 KB a second: far more than the least, and far less than the machine could.</summary>
    async Task<long> ReadsSteadily()
    {
        using var client = await Connect(window: 16 * 1024);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(_download));
        var buffer = new byte[40_000];
        var all = 0L;
        try
        {
            while (all < Long && await stream.ReadAsync(buffer) is > 0 and var more)
            {
                all += more;
                await Task.Delay(more / 400);
            }
        }
        catch (IOException)
        {
            // It was cut, and what came tells so.
        }
        return all;
    }

    /// <summary>
    /// Who does not read does not see an end either: it is told by what it sends next, which the other side, once it has
    /// hung up, answers by a reset.
    /// </summary>
    async Task<bool> IsCutWhile(TcpClient client, Func<Task> read)
    {
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(_download));
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Longest)
        {
            await Task.Delay(700);
            try
            {
                await read();
                await stream.WriteAsync("G"u8.ToArray());
            }
            catch (IOException)
            {
                return true;
            }
        }
        return false;
    }

    async Task<(string Who, bool Ended)> DripHeaders()
    {
        using var client = await Connect();
        var stream = client.GetStream();
        await stream.WriteAsync("GET /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n"u8.ToArray());
        return (
            "headers, line by line",
            await EndsWhile(stream, () => stream.WriteAsync("X-A: b\r\n"u8.ToArray()).AsTask())
        );
    }

    /// <param name="who">As a failure names the caller.</param>
    /// <param name="atOnce">Bytes that come before the others drip.</param>
    async Task<(string Who, bool Ended)> DripBody(string who, int atOnce)
    {
        using var client = await Connect();
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n{{\"email\": \"{new string('a', atOnce)}"
            )
        );
        return (who, await EndsWhile(stream, () => stream.WriteAsync("a"u8.ToArray()).AsTask()));
    }

    async Task<(string Who, bool Ended)> SilentAfterConnecting()
    {
        using var client = await Connect();
        var stream = client.GetStream();
        await stream.WriteAsync("GET"u8.ToArray());
        return ("silence in mid-line", await EndsWhile(stream, () => Task.CompletedTask));
    }

    /// <param name="window">Bytes that the caller's side keeps unread; null, as the system has it.</param>
    async Task<TcpClient> Connect(int? window = null)
    {
        var client = new TcpClient();
        if (window is { } bytes)
            client.ReceiveBufferSize = bytes;
        await client.ConnectAsync("127.0.0.1", _port);
        return client;
    }

    /// <summary>Goes on until the server hangs up, whether it says a last word or not.</summary>
    static async Task<bool> EndsWhile(NetworkStream stream, Func<Task> drip)
    {
        var reading = Task.Run(async () =>
        {
            try
            {
                var buffer = new byte[4096];
                while (await stream.ReadAsync(buffer) > 0) { }
            }
            catch (IOException)
            {
                // Reset instead of closed.
            }
        });
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < Longest)
        {
            if (await Task.WhenAny(reading, Task.Delay(700)) == reading)
                return true;
            try
            {
                await drip();
            }
            catch (IOException)
            {
                return true;
            }
        }
        return false;
    }
}
