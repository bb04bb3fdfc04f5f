using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClosedDoor.Chaos;

enum MailWeather
{
    Fair,

    /// <summary>Nobody answers: connections end before a word is said.</summary>
    Gone,

    /// <summary>Takes no recipient for the moment (451).</summary>
    Deferring,

    /// <summary>Hangs up once the mail is there, before it says so: the sender cannot know, and has to send it again.</summary>
    HangingUp,
}

/// <summary>A mail server on loopback that counts what it took by Message-ID, and has bad days.</summary>
sealed class MailSink : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentDictionary<string, int> _taken = new();
    readonly ConcurrentDictionary<string, int> _cut = new();

    public MailSink()
    {
        _listener.Start();
        _ = Accept();
    }

    public MailWeather Weather { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often each mail came, by its Message-ID.</summary>
    public IReadOnlyDictionary<string, int> Taken => _taken;

    /// <summary>How many mails came again because this server had hung up on them: each time once, and no more.</summary>
    public int CutAndCameAgain => _taken.Sum(mail => Math.Min(mail.Value - 1, _cut.GetValueOrDefault(mail.Key)));

    public int CameAgain => _taken.Values.Sum(times => times - 1);

    /// <summary>As if the first mail had come once more.</summary>
    public void TakeAgain() => _taken[_taken.Keys.First(id => !_cut.ContainsKey(id))]++;

    public void Dispose() => _listener.Dispose();

    async Task Accept()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            _ = Talk(client);
        }
    }

    async Task Talk(TcpClient client)
    {
        try
        {
            using var _ = client;
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.UTF8);
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false))
            {
                NewLine = "\r\n",
                AutoFlush = true,
            };
            if (Weather is MailWeather.Gone)
                return;
            await writer.WriteLineAsync("220 sink.invalid");
            while (await reader.ReadLineAsync() is { } line)
            {
                switch (line.Split(' ', ':')[0].ToUpperInvariant())
                {
                    case "RCPT" when Weather is MailWeather.Deferring:
                        await writer.WriteLineAsync("451 4.3.0 try again later");
                        break;
                    case "DATA":
                        await writer.WriteLineAsync("354 go on");
                        var id = await ReadMail(reader);
                        if (id is null)
                            return;
                        _taken.AddOrUpdate(id, 1, (_, times) => times + 1);
                        if (Weather is MailWeather.HangingUp)
                        {
                            _cut.AddOrUpdate(id, 1, (_, times) => times + 1);
                            return;
                        }
                        await writer.WriteLineAsync("250 ok");
                        break;
                    case "QUIT":
                        await writer.WriteLineAsync("221 bye");
                        return;
                    default:
                        await writer.WriteLineAsync("250 ok");
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The other side was killed: a mail that had not come to its end was not taken.
        }
    }

    static async Task<string?> ReadMail(StreamReader reader)
    {
        var id = "none";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == ".")
                return id;
            if (line.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))
                id = line["Message-ID:".Length..].Trim();
        }
        return null;
    }
}
