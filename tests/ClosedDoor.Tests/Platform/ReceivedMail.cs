using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ClosedDoor.Tests.Platform;

/// <summary>A mail as its receiver reads it: RFC 5322 headers, RFC 2047 words, multipart/alternative.</summary>
public sealed partial class ReceivedMail
{
    public ReceivedMail(string raw)
    {
        Raw = raw.ReplaceLineEndings("\r\n");
        (Headers, var body) = Split(Raw);
        Open(Headers, body);
    }

    /// <summary>A part that holds others (RFC 2046, 5.1), as one with attachments does, is opened in its turn.</summary>
    void Open(Dictionary<string, string> headers, string body)
    {
        var boundary = Boundary().Match(headers["Content-Type"]).Groups["name"].Value;
        foreach (var part in body.Split($"--{boundary}\r\n").Skip(1))
        {
            var (inner, content) = Split(part.Split($"\r\n--{boundary}--")[0].TrimStart());
            var mediaType = inner["Content-Type"].Split(';')[0];
            if (mediaType.StartsWith("multipart/", StringComparison.Ordinal))
                Open(inner, content);
            else
                Parts.Add((mediaType, Decode(inner, content)));
        }
    }

    public string Raw { get; }

    public Dictionary<string, string> Headers { get; }

    public List<(string MediaType, string Text)> Parts { get; } = [];

    public string Subject => Decode(Headers["Subject"]);

    public string PlainText => Parts.Single(part => part.MediaType == "text/plain").Text;

    /// <summary>The calendar file that came with it; null when none did.</summary>
    public string? Calendar => Parts.SingleOrDefault(part => part.MediaType == "text/calendar").Text;

    /// <summary>All calendar files that came with it, attached ones too.</summary>
    public IReadOnlyList<string> Calendars =>
        [.. Parts.Where(part => part.MediaType == "text/calendar").Select(part => part.Text)];

    public string Html => Parts.Single(part => part.MediaType == "text/html").Text;

    public static ReceivedMail Open(string path) => new(File.ReadAllText(path));

    static (Dictionary<string, string> Headers, string Body) Split(string text)
    {
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var headers = Unfold().Replace(text[..end], " ").Split("\r\n").Select(line => line.Split(": ", 2));
        return (
            headers.ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase),
            text[(end + 4)..]
        );
    }

    static string Decode(Dictionary<string, string> headers, string content) =>
        headers.GetValueOrDefault("Content-Transfer-Encoding") switch
        {
            "base64" => Encoding.UTF8.GetString(Convert.FromBase64String(content.Trim())),
            "quoted-printable" => Encoding.UTF8.GetString(
                QuotedPrintable(content.Replace("=\r\n", "", StringComparison.Ordinal))
            ),
            _ => content,
        };

    // White space between two encoded words is not part of the text (RFC 2047, 6.2).
    static string Decode(string header) =>
        Word()
            .Replace(
                Between().Replace(header, "?==?"),
                match => DecodeWord(match.Groups["encoding"].Value, match.Groups["text"].Value)
            );

    static string DecodeWord(string encoding, string text) =>
        Encoding.UTF8.GetString(
            encoding is "B" or "b" ? Convert.FromBase64String(text) : QuotedPrintable(text.Replace('_', ' '))
        );

    static byte[] QuotedPrintable(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }
        return [.. bytes];
    }

    [GeneratedRegex("boundary=\"?(?<name>[^\";]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex("\r\n[ \t]+", RegexOptions.None, 1000)]
    private static partial Regex Unfold();

    [GeneratedRegex(
        @"=\?utf-8\?(?<encoding>[BbQq])\?(?<text>[^?]*)\?=",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Word();

    [GeneratedRegex(@"\?=\s+=\?", RegexOptions.None, 1000)]
    private static partial Regex Between();
}
