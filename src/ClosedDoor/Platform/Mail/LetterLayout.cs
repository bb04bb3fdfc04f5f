using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using ClosedDoor.Domain;

namespace ClosedDoor.Platform.Mail;

/// <summary>A letter as plain text and as HTML: Chinese first, then English.</summary>
static class LetterLayout
{
    const int LongestSubject = 200;

    // Chinese and ¥ stay as they are: a mail's source is sometimes all that somebody can look at.
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    static readonly Text GoOn = new("前往处理", "Go on here");
    static readonly Text NoReply = new(
        "本邮件由系统自动发出，请勿直接回复。",
        "This mail was sent automatically. Please do not reply to it."
    );
    static readonly Text Reply = new(
        "本邮件由系统自动发出；如需与我们联系，请直接回复本邮件。",
        "This mail was sent automatically. To reach us, reply to it."
    );

    /// <summary>Both languages on one line. Line breaks are what starts another header (RFC 5322, 2.2): none gets in.</summary>
    public static string Subject(Letter letter)
    {
        var line = OneLine($"{letter.Subject.Zh} / {letter.Subject.En}");
        return line.Length > LongestSubject ? line[..LongestSubject].TrimEnd() + "…" : line;
    }

    public static string PlainText(Letter letter, bool mayReply)
    {
        var text = new StringBuilder();
        Write(said => said.Zh, "：");
        text.Append("\n----------------------------------------\n\n");
        Write(said => said.En, ": ");
        return text.ToString().ReplaceLineEndings("\r\n");

        void Write(Func<Text, string> in_, string colon)
        {
            text.Append(in_(letter.Greeting)).Append("\n\n");
            foreach (var paragraph in letter.Says)
                text.Append(in_(paragraph)).Append("\n\n");
            foreach (var fact in letter.Facts)
                text.Append(in_(fact.Label)).Append(colon).Append(OneLine(in_(fact.Value))).Append('\n');
            if (letter.Facts.Count > 0)
                text.Append('\n');
            if (letter.Link is { } link)
                text.Append(in_(GoOn)).Append(colon).Append(link).Append("\n\n");
            text.Append(in_(mayReply ? Reply : NoReply)).Append('\n');
        }
    }

    /// <summary>Mail programs drop style sheets, so the little style there is stands on the elements. No images, nothing loaded.</summary>
    public static string Html(Letter letter, bool mayReply)
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head><meta charset=\"utf-8\"><title>")
            .Append(Encoded(Subject(letter)))
            .Append(
                "</title></head>\n<body style=\"margin:0;padding:24px;color:#1f2933;font:16px/1.6 sans-serif;max-width:640px\">\n"
            );
        Write("zh-CN", said => said.Zh);
        html.Append("<hr style=\"border:0;border-top:1px solid #cbd2d9;margin:32px 0\">\n");
        Write("en", said => said.En);
        return html.Append("</body>\n</html>\n").ToString().ReplaceLineEndings("\r\n");

        void Write(string language, Func<Text, string> in_)
        {
            html.Append("<div lang=\"").Append(language).Append("\">\n");
            Paragraph(in_(letter.Greeting));
            foreach (var paragraph in letter.Says)
                Paragraph(in_(paragraph));
            if (letter.Facts.Count > 0)
            {
                html.Append("<table style=\"border-collapse:collapse;margin:16px 0\">\n");
                foreach (var fact in letter.Facts)
                    html.Append(
                            "<tr><th scope=\"row\" style=\"text-align:left;vertical-align:top;font-weight:normal;color:#52606d;padding:4px 16px 4px 0\">"
                        )
                        .Append(Encoded(in_(fact.Label)))
                        .Append("</th><td style=\"padding:4px 0\"><strong>")
                        .Append(Encoded(OneLine(in_(fact.Value))))
                        .Append("</strong></td></tr>\n");
                html.Append("</table>\n");
            }
            if (letter.Link is { } link)
                html.Append("<p><a href=\"")
                    .Append(Encoded(link))
                    .Append("\" style=\"color:#0b5fa5\">")
                    .Append(Encoded(in_(GoOn)))
                    .Append("</a></p>\n");
            html.Append("<p style=\"color:#52606d;font-size:14px\">")
                .Append(Encoded(in_(mayReply ? Reply : NoReply)))
                .Append("</p>\n</div>\n");
        }

        void Paragraph(string text) =>
            html.Append("<p style=\"white-space:pre-line\">").Append(Encoded(text)).Append("</p>\n");
    }

    static string Encoded(string text) => Encoder.Encode(text);

    /// <summary>Control characters and Unicode's own line breaks become spaces.</summary>
    static string OneLine(string text) =>
        string.Join(
            ' ',
            new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Split(
                ' ',
                StringSplitOptions.RemoveEmptyEntries
            )
        );
}
