using System.Text;

namespace ClosedDoor.Domain;

/// <summary>
/// Whether a remark holds a reference with one typing error in it. It suggests, for a person to decide; nothing is ever
/// confirmed by it.
/// </summary>
public static class ReferenceTypo
{
    /// <summary>
    /// True when some part of the remark is the reference but for one character wrong, missing or too many, or two
    /// neighbours swapped; or is the reference without its CD.
    /// </summary>
    public static bool IsNearlyIn(string remark, PaymentReference reference)
    {
        var text = Bare(remark);
        var whole = Bare(reference.Value);
        var symbols = whole[2..];
        if (text.Contains(symbols, StringComparison.Ordinal))
            return true;
        for (var at = 0; at < text.Length; at++)
        {
            for (var length = whole.Length - 1; length <= whole.Length + 1 && at + length <= text.Length; length++)
            {
                if (IsOneAway(text.AsSpan(at, length), whole))
                    return true;
            }
            // Without CD, only errors that keep the length: shorter ones are found in any long number.
            if (
                at + symbols.Length <= text.Length
                && (at == 0 || !char.IsAsciiDigit(text[at - 1]))
                && IsOneAway(text.AsSpan(at, symbols.Length), symbols)
            )
                return true;
        }
        return false;
    }

    static string Bare(string text)
    {
        var bare = new StringBuilder(text.Length);
        foreach (var c in HalfWidth.Of(text))
        {
            if (c is '-' or '_' || char.IsWhiteSpace(c) || c is >= '\u2010' and <= '\u2015' or '\u2212')
                continue;
            bare.Append(
                char.ToUpperInvariant(c) switch
                {
                    'O' => '0',
                    'I' or 'L' => '1',
                    var upper => upper,
                }
            );
        }
        return bare.ToString();
    }

    /// <summary>Whether Damerau's distance is one, of two that differ by one in length at most, and are not the same.</summary>
    static bool IsOneAway(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        var start = one.CommonPrefixLength(other);
        if (one.Length > other.Length)
            return one[(start + 1)..].SequenceEqual(other[start..]);
        if (one.Length < other.Length)
            return one[start..].SequenceEqual(other[(start + 1)..]);
        if (one[(start + 1)..].SequenceEqual(other[(start + 1)..]))
            return true;
        return one[start] == other[start + 1]
            && one[start + 1] == other[start]
            && one[(start + 2)..].SequenceEqual(other[(start + 2)..]);
    }
}
