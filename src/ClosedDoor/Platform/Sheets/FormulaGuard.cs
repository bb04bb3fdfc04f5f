using System.Buffers;

namespace ClosedDoor.Platform.Sheets;

/// <summary>
/// What a spreadsheet program would run as a formula when it opens a CSV (CWE-1236), and the apostrophe that stops it.
/// A text that already begins with apostrophes before such a character gets one more, so that taking one off gives back
/// exactly what was written.
/// </summary>
static class FormulaGuard
{
    static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    public static string Guard(string text) => IsRisky(text) && !IsNumber(text) ? $"'{text}" : text;

    public static bool IsGuarded(ReadOnlySpan<char> text) => text is ['\'', ..] && IsRisky(text[1..]);

    static bool IsRisky(ReadOnlySpan<char> text)
    {
        text = text.TrimStart('\'');
        // Full-width forms too: Japanese and Chinese editions take ＝ for =.
        return !text.IsEmpty
            && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' or '＝' or '＋' or '－' or '＠';
    }

    /// <summary>−38800.00 stays a number; −1+1 does not.</summary>
    static bool IsNumber(ReadOnlySpan<char> text) =>
        text[0] == '-' && text.Length > 1 && char.IsAsciiDigit(text[1]) && text[1..].IndexOfAnyExcept(Digits) < 0;
}
