using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ClosedDoor.Tests.Platform;

/// <summary>A mail server on the loopback that takes every mail, or answers the recipient with what the test says.</summary>
public sealed class SmtpListener : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Func<string, string> _toRecipient;
    readonly X509Certificate2? _certificate;
    readonly List<(string From, List<string> To, string Data, bool Encrypted)> _mails = [];
    readonly Task _accepting;

    /// <param name="toRecipient">The answer to every recipient.</param>
    /// <param name="certificate">With one it offers STARTTLS (RFC 3207).</param>
    public SmtpListener(string toRecipient = "250 ok", X509Certificate2? certificate = null)
        : this(_ => toRecipient, certificate) { }

    /// <param name="toRecipient">The answer to each recipient's address.</param>
    /// <param name="certificate">With one it offers STARTTLS (RFC 3207).</param>
    public SmtpListener(Func<string, string> toRecipient, X509Certificate2? certificate = null)
    {
        _certificate = certificate;
        _toRecipient = toRecipient;
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Those of until now: more may come while a test looks at them.</summary>
    public List<(string From, List<string> To, string Data, bool Encrypted)> Mails
    {
        get
        {
            lock (_mails)
                return [.. _mails];
        }
    }

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
                try
                {
                    await using var stream = client.GetStream();
                    await Talk(stream, greet: true);
                }
                catch (Exception e) when (e is System.Security.Authentication.AuthenticationException or IOException)
                {
                    // The other side does not trust the certificate: the next may.
                }
            }
        }
        catch (Exception e)
            when (e is SocketException or ObjectDisposedException or InvalidOperationException or IOException)
        {
            // Stopped, or the other side hung up.
        }
    }

    async Task Talk(Stream stream, bool greet)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false))
        {
            NewLine = "\r\n",
            AutoFlush = true,
        };
        if (greet)
            await writer.WriteLineAsync("220 test.invalid");
        var from = "";
        var to = new List<string>();
        while (await reader.ReadLineAsync() is { } line)
        {
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO" when _certificate is not null && stream is not SslStream:
                    await writer.WriteLineAsync("250-test.invalid");
                    await writer.WriteLineAsync("250 STARTTLS");
                    break;
                case "STARTTLS":
                    await writer.WriteLineAsync("220 go on");
                    await using (var encrypted = new SslStream(stream))
                    {
                        await encrypted.AuthenticateAsServerAsync(_certificate!);
                        await Talk(encrypted, greet: false);
                    }
                    return;
                case "MAIL":
                    from = Path(line);
                    await writer.WriteLineAsync("250 ok");
                    break;
                case "RCPT":
                    to.Add(Path(line));
                    await writer.WriteLineAsync(_toRecipient(to[^1]));
                    break;
                case "DATA":
                    await writer.WriteLineAsync("354 go on");
                    var data = new StringBuilder();
                    string? text;
                    while ((text = await reader.ReadLineAsync()) is not null and not ".")
                        data.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                    if (text is null)
                        return; // Gone before its end: no mail.
                    lock (_mails)
                        _mails.Add((from, [.. to], data.ToString(), stream is SslStream));
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
