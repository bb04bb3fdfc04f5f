using System.Text;

namespace ClosedDoor.Domain;

/// <summary>A person's name in one field, 2–50 characters, as its bearer writes it.</summary>
public sealed record PersonName
{
    /// <summary>Too short, too long, or with characters that no name has: controls, line breaks, direction marks.</summary>
    public static readonly Refusal Malformed = new("name_malformed");

    const int Shortest = 2;
    const int Longest = 50;

    PersonName(string value) => Value = value;

    /// <summary>The name, trimmed, with single spaces and with <c>·</c> (U+00B7) as its separating dot.</summary>
    public string Value { get; }

    /// <summary>
    /// Reads a name. Characters are counted as Unicode code points, since rare Chinese characters lie outside the
    /// basic plane and take two UTF-16 units.
    /// </summary>
    public static Outcome<PersonName> Parse(string? text)
    {
        var name = string.Join(' ', string.Concat((text ?? "").Select(Folded)).Split(' ', Tidy));
        var length = name.EnumerateRunes().Count();
        if (length is < Shortest or > Longest)
            return Malformed.Because(
                $"姓名应为{Shortest}–{Longest}个字。",
                $"A name has {Shortest} to {Longest} characters."
            );
        return name.EnumerateRunes().Any(Invisible.Is) || !name.EnumerateRunes().Any(NameIsMadeOf)
            ? Malformed.Because("姓名含有不可用的字符。", "The name has characters that a name cannot have.")
            : new PersonName(name);
    }

    public override string ToString() => Value;

    const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries;

    // Keyboards offer several dots where the name has one (U+00B7); they look alike and would split one person in two.
    static char Folded(char c) =>
        c switch
        {
            '\u2022' or '\u2027' or '\u30FB' or '\uFF65' or '\u22C5' => '·',
            '\u3000' or '\u00A0' => ' ',
            _ => c,
        };

    // Not 'is a letter': the newest rare characters are unassigned or private-use until Unicode data catches up.
    static bool NameIsMadeOf(Rune rune) =>
        !(Rune.IsDigit(rune) || Rune.IsPunctuation(rune) || Rune.IsSymbol(rune) || Rune.IsWhiteSpace(rune));
}
