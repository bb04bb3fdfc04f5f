using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ClosedDoor.Tests.Platform;

/// <summary>A mail server on the loopback that takes every mail, or answers the recipient with what the test says.</summary>
public sealed class SmtpListener : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly string _toRecipient;
    readonly Task _accepting;

    public SmtpListener(string toRecipient = "250 ok")
    {
        _toRecipient = toRecipient;
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public List<(string From, List<string> To, string Data)> Mails { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        _listener.Dispose();
    }

    async Task Accept()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                await Talk(client);
            }
        }
        catch (Exception e)
            when (e is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // Stopped, or the other side hung up.
        }
    }

    async Task Talk(TcpClient client)
    {
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false))
        {
            NewLine = "\r\n",
            AutoFlush = true,
        };
        await writer.WriteLineAsync("220 test.invalid");
        var from = "";
        var to = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "MAIL":
                    from = Path(line);
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "RCPT":
                    to.Add(Path(line));
                    await writer.WriteLineAsync(_toRecipient);
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var data = new StringBuilder();
                    while (await reader.ReadLineAsync() is { } text && text != ".")
                        data.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    Mails.Add((from, [.. to], data.ToString()));
                    to.Clear();
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 test.invalid");
                    break;
            }
        }
    }

    static string Path(string line) => line[(line.IndexOf('<') + 1)..line.IndexOf('>')];
}
