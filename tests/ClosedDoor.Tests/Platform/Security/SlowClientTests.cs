using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>
/// Callers who send a byte now and then to hold connections (slowloris): each loses its connection in its time,
/// and meanwhile everybody else is served. All of them at once, since each test of a time limit takes that time.
/// </summary>
public class SlowClientTests
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(40);

    int _port;

    [Test]
    [CancelAfter(90_000)]
    public async Task Slow_callers_lose_their_connections_and_hinder_nobody()
    {
        await using var host = await TestHost.CreateOnKestrel();
        _port = host.Client.BaseAddress!.Port;
        var slow = Enumerable
            .Range(0, 100)
            .Select(_ => DripHeaders())
            .Append(DripBody())
            .Append(SilentAfterConnecting())
            .ToArray();

        await Task.Delay(1000);
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < 50; i++)
            (await host.Anonymous.Get("/sessions")).Expect(200);
        Assert.That(Stopwatch.GetElapsedTime(began), Is.LessThan(TimeSpan.FromSeconds(10)));

        foreach (var how in await Task.WhenAll(slow))
            Assert.That(how.Ended, Is.True, how.Who);
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

    async Task<(string Who, bool Ended)> DripBody()
    {
        using var client = await Connect();
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{\"email\": \""
            )
        );
        return ("a body, byte by byte", await EndsWhile(stream, () => stream.WriteAsync("a"u8.ToArray()).AsTask()));
    }

    async Task<(string Who, bool Ended)> SilentAfterConnecting()
    {
        using var client = await Connect();
        var stream = client.GetStream();
        await stream.WriteAsync("GET"u8.ToArray());
        return ("silence in mid-line", await EndsWhile(stream, () => Task.CompletedTask));
    }

    async Task<TcpClient> Connect()
    {
        var client = new TcpClient();
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
