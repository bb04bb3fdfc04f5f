using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NodaTime;

namespace ClosedDoor.Domain;

/// <summary>
/// Identifiers that say what they identify: <c>ses_01h455vb4pex5vsknk084sn02q</c>. TypeID specification 0.3 (typeid.org):
/// a prefix, an underscore, and a UUIDv7 (RFC 9562) as 26 characters of lower-case Crockford base32.
/// </summary>
public static class TypeId
{
    const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    static readonly SearchValues<char> Symbols = SearchValues.Create(Alphabet);
    const int SuffixLength = 26;
    const int LongestPrefix = 63;

    /// <summary>
    /// A new identifier. Those of a later millisecond sort after those of an earlier one; within a millisecond the order
    /// is random, because 74 random bits make a collision impossible in practice and no counter has to be shared.
    /// </summary>
    /// <exception cref="ArgumentException">The prefix is not a TypeID prefix: a bug.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="now"/> lies before 1970: a bug.</exception>
    public static string New(string prefix, Instant now)
    {
        if (!IsPrefix(prefix))
            throw new ArgumentException($"'{prefix}' is not a TypeID prefix.", nameof(prefix));
        var milliseconds = now.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds, nameof(now));

        Span<ulong> random = stackalloc ulong[2];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random));
        // RFC 9562 §5.7: 48 bits of time, version 7, 12 random bits; then variant 10 and 62 random bits.
        var high = ((ulong)milliseconds << 16) | 0x7000 | (random[0] & 0x0FFF);
        var low = 0x8000_0000_0000_0000 | (random[1] >> 2);

        return string.Create(
            LengthWith(prefix),
            (prefix, high, low),
            static (text, id) =>
            {
                id.prefix.CopyTo(text);
                if (id.prefix.Length > 0)
                    text[id.prefix.Length] = '_';
                Encode(id.high, id.low, text[^SuffixLength..]);
            }
        );
    }

    /// <summary>
    /// Whether the text is a TypeID of exactly this prefix. Asked of every identifier that comes in from outside,
    /// before it reaches a query. By the specification any 128-bit UUID is accepted, whatever its version.
    /// </summary>
    public static bool IsValid(string prefix, string? text) => text is not null && IsValid(prefix.AsSpan(), text);

    /// <summary>Whether the text is a TypeID at all, of whatever prefix.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: >= SuffixLength }
        && IsValid(text.AsSpan(0, Math.Max(0, text.Length - SuffixLength - 1)), text);

    static bool IsValid(ReadOnlySpan<char> prefix, ReadOnlySpan<char> text) =>
        text.Length == LengthWith(prefix)
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && (prefix.Length == 0 || text[prefix.Length] == '_')
        && IsSuffix(text[^SuffixLength..])
        && IsPrefix(prefix);

    static int LengthWith(ReadOnlySpan<char> prefix) => (prefix.Length == 0 ? 0 : prefix.Length + 1) + SuffixLength;

    // 26 × 5 bits hold 130, two more than a UUID: a first character above 7 would overflow.
    static bool IsSuffix(ReadOnlySpan<char> suffix) => suffix[0] <= '7' && !suffix.ContainsAnyExcept(Symbols);

    static bool IsPrefix(ReadOnlySpan<char> prefix)
    {
        if (prefix.Length > LongestPrefix)
            return false;
        foreach (var c in prefix)
            if (c is not ((>= 'a' and <= 'z') or '_'))
                return false;
        return prefix.Length == 0 || (prefix[0] != '_' && prefix[^1] != '_');
    }

    static void Encode(ulong high, ulong low, Span<char> suffix)
    {
        var rest = new UInt128(high, low);
        for (var i = suffix.Length - 1; i >= 0; i--, rest >>= 5)
            suffix[i] = Alphabet[(int)(rest & 31)];
    }
}
