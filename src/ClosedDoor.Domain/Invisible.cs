using System.Globalization;
using System.Text;

namespace ClosedDoor.Domain;

/// <summary>Characters that nobody sees, and that reorder, hide or break what stands beside them.</summary>
public static class Invisible
{
    /// <summary>
    /// Controls, formatting and direction marks, line and paragraph separators; and U+FFFD, which stands for half of a
    /// surrogate pair.
    /// </summary>
    public static bool Is(Rune rune) =>
        rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
}
