using ClosedDoor.Domain;
using ClosedDoor.Platform.Calendars;

namespace ClosedDoor.Platform.Mail;

/// <summary>One line of a letter's table: what it is, and its value.</summary>
public sealed record Fact(Text Label, Text Value)
{
    /// <summary>A value that reads the same in both languages: a number, a name, a code.</summary>
    public Fact(Text label, string value)
        : this(label, new Text(value, value)) { }
}

/// <summary>What a mail says, once in Chinese and once in English. Plain text throughout: how it is shown is decided elsewhere.</summary>
public sealed record Letter
{
    /// <summary>Each gets a mail of its own, so that nobody learns of the others.</summary>
    public required IReadOnlyList<string> To { get; init; }

    public required Text Subject { get; init; }

    public required Text Greeting { get; init; }

    /// <summary>One paragraph each.</summary>
    public required IReadOnlyList<Text> Says { get; init; }

    public IReadOnlyList<Fact> Facts { get; init; } = [];

    /// <summary>Where to go on, an absolute address; null when there is nothing to do.</summary>
    public string? Link { get; init; }

    /// <summary>The appointment that the mail brings, changes or takes back (RFC 6047); null for none.</summary>
    public CalendarFile? Calendar { get; init; }

    /// <summary>
    /// Several appointments at once that the mail brings, changes or takes back: a file for each, since a REQUEST and a
    /// CANCEL speak of one appointment (RFC 5546, 3.2.2 and 3.2.5).
    /// </summary>
    public IReadOnlyList<CalendarFile> Calendars { get; init; } = [];
}
