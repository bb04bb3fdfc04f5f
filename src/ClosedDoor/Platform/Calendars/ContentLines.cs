using System.Text;

namespace ClosedDoor.Platform.Calendars;

/// <summary>The content lines of an iCalendar file: escaped (RFC 5545, 3.3.11) and folded (3.1) as they are added.</summary>
sealed class ContentLines
{
    /// <summary>Octets of a line without its line break.</summary>
    const int Longest = 75;

    readonly StringBuilder _file = new();

    /// <summary>A value that is made of what needs no escaping: dates, numbers, words of the standard, addresses.</summary>
    public void Add(string name, string value) => Fold($"{name}:{Visible(value)}");

    /// <summary>A value of the type TEXT, whatever it holds.</summary>
    public void AddText(string name, string value) => Fold($"{name}:{Escaped(value)}");

    /// <summary>A mailto address with a common name, after the <paramref name="parameters"/> (each with its semicolon).</summary>
    public void AddPerson(string name, Attendee person, string parameters) =>
        Fold($"{name};CN=\"{Quoted(person.Name)}\"{parameters}:mailto:{Visible(person.Email)}");

    public override string ToString() => _file.ToString();

    /// <summary>
    /// Breaks a line at 75 octets, never inside a character: a continuation begins with a space, which counts. Half of a
    /// surrogate pair, which UTF-8 cannot write, has become U+FFFD.
    /// </summary>
    void Fold(string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > Longest)
            {
                _file.Append("\r\n ");
                octets = 1;
            }
            _file.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        _file.Append("\r\n");
    }

    static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            if (c is '\\' or ';' or ',')
                escaped.Append('\\').Append(c);
            else if (c == '\n')
                escaped.Append("\\n");
            else if (!char.IsControl(c) || c == '\t')
                escaped.Append(c);
        }
        return escaped.ToString();
    }

    /// <summary>Inside a quoted parameter, by RFC 6868: the quotation mark itself is ^', a caret ^^, a line break ^n.</summary>
    static string Quoted(string text) =>
        Visible(
            text.Replace("^", "^^", StringComparison.Ordinal)
                .Replace("\"", "^'", StringComparison.Ordinal)
                .ReplaceLineEndings("^n")
        );

    /// <summary>Without control characters: a line break would start a line of somebody else's making.</summary>
    static string Visible(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\u001F') || text.Any(char.IsControl)
            ? new string([.. text.Where(c => !char.IsControl(c))])
            : text;
}
