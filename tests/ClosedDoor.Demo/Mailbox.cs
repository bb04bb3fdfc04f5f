using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace ClosedDoor.Demo;

/// <summary>The mails that the service, without a mail server, puts into <c>mail/*.eml</c>.</summary>
sealed partial class Mailbox(string folder)
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Waits for a mail to this address whose subject begins so, and that nobody has waited for before.</summary>
    /// <returns>The Chinese half of the subject.</returns>
    public async Task<string> Receive(string address, string subject)
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < Longest; await Task.Delay(50))
        {
            foreach (var (file, to, line) in All())
            {
                if (to != address || !line.StartsWith(subject, StringComparison.Ordinal) || !_read.Add(file))
                    continue;
                return line.Split(" / ")[0];
            }
        }
        throw new StepFailedException($"{Longest.TotalSeconds:0} 秒内没有发给 {address} 的邮件「{subject}…」。");
    }

    /// <summary>The personal link to this page in the last mail to this address that has one.</summary>
    public Uri Link(string address, string page) =>
        All()
            .Where(mail => mail.To == address)
            .SelectMany(mail => Part().Matches(File.ReadAllText(mail.File)))
            .Select(part => Encoding.UTF8.GetString(Convert.FromBase64String(part.Groups["text"].Value)))
            .SelectMany(text => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(word => word.Contains($"{page}#", StringComparison.Ordinal))
            .Select(word => Uri.TryCreate(word, UriKind.Absolute, out var link) ? link : null)
            .LastOrDefault(link => link is not null)
        ?? throw new StepFailedException($"发给 {address} 的邮件中没有通往 {page} 的链接。");

    /// <summary>How many mails with such a subject there are.</summary>
    public int Count(string subject) => All().Count(mail => mail.Subject.StartsWith(subject, StringComparison.Ordinal));

    IEnumerable<(string File, string To, string Subject)> All()
    {
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal))
        {
            var mail = File.ReadAllText(file);
            yield return (file, Header(mail, "To"), Decoded(Header(mail, "Subject")));
        }
    }

    /// <summary>Unfolded (RFC 5322, 2.2.3).</summary>
    static string Header(string mail, string name) =>
        Fold()
            .Replace(mail.Split("\r\n\r\n")[0], " ")
            .Split("\r\n")
            .FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase))
            ?[(name.Length + 2)..].Trim()
        ?? "";

    // Encoded words (RFC 2047); the framework writes them in base64 and may cut between the bytes of a character.
    static string Decoded(string header) =>
        Word().IsMatch(header)
            ? Encoding.UTF8.GetString([
                .. Word().Matches(header).SelectMany(word => Convert.FromBase64String(word.Groups["text"].Value)),
            ])
            : header;

    [GeneratedRegex("\r\n[ \t]+", RegexOptions.None, 1000)]
    private static partial Regex Fold();

    [GeneratedRegex(
        "Content-Transfer-Encoding: base64\r\n\r\n(?<text>[A-Za-z0-9+/=\r\n]+)",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Part();

    [GeneratedRegex(@"=\?utf-8\?B\?(?<text>[^?]*)\?=", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();
}
