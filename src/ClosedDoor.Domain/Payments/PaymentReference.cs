using System.Buffers;
using System.Security.Cryptography;

namespace ClosedDoor.Domain;

/// <summary>
/// What a buyer writes into the remark 附言 of a bank transfer, so that the money finds its reservation:
/// <c>CD-7K3MQ-4</c>, five random symbols and a check symbol, all of Crockford's base32.
/// </summary>
/// <remarks>
/// The check symbol is a weighted sum in GF(32), the field of 32 elements (polynomial x⁵+x²+1). The six weights differ and
/// none is zero, so one wrong symbol, or any two symbols that changed places, always changes the sum.
/// Crockford's own check (mod 37) would do the same, but needs five more symbols (<c>* ~ $ = U</c>), which bank forms
/// strip or refuse; and no sum mod 32 can do it, since 32 is not prime. In GF(32) the check fits the alphabet.
/// </remarks>
public sealed record PaymentReference
{
    const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    static readonly SearchValues<char> Symbols = SearchValues.Create(Alphabet);
    const string Prefix = "CD";
    const int DataLength = 5;
    const int Length = DataLength + 1;

    /// <summary>Not a reference in shape, or the check symbol does not fit: a typing error.</summary>
    public static readonly Refusal Malformed = new("payment_reference_malformed");

    // The powers 1 to 5 of x⁴. The check symbol's own weight is the power 0.
    static ReadOnlySpan<byte> Weights => [16, 13, 14, 27, 12];

    PaymentReference(ReadOnlySpan<char> symbols) => Value = $"{Prefix}-{symbols[..DataLength]}-{symbols[DataLength]}";

    /// <summary>The canonical form, <c>CD-7K3MQ-4</c>: what is stored, shown and compared.</summary>
    public string Value { get; }

    /// <summary>A random reference, one of 33 million. Uniqueness is for the table that stores it to enforce.</summary>
    public static PaymentReference New()
    {
        Span<char> symbols = stackalloc char[Length];
        RandomNumberGenerator.GetItems(Alphabet, symbols[..DataLength]);
        symbols[DataLength] = Check(symbols);
        return new PaymentReference(symbols);
    }

    /// <summary>
    /// Reads a reference as a person types it: any case, O for 0, I or L for 1, full-width forms, dashes and spaces
    /// anywhere or nowhere, with or without CD.
    /// </summary>
    public static Outcome<PaymentReference> Parse(string? text)
    {
        var bare = string.Concat(HalfWidth.Of(text ?? "").Select(Folded)).Replace("-", "").Replace(" ", "");
        if (bare.Length == Length + Prefix.Length && bare.StartsWith(Prefix, StringComparison.Ordinal))
            bare = bare[Prefix.Length..];
        return Verified(bare)
            ?? (Outcome<PaymentReference>)
                Malformed.Because(
                    "付款附言码有误，应形如 CD-7K3MQ-4，请核对每一位。",
                    "This is not a payment reference such as CD-7K3MQ-4; check each character."
                );
    }

    /// <summary>
    /// The references inside a bank remark, each once, in order. CD must be there. A part of a longer number, or a
    /// reference with a symbol too many or too few, would pass the check once in 32 times; so the whole must not touch
    /// another letter or digit, and the separators must be those of one way of writing: CD-7K3MQ-4, CD 7K3MQ 4,
    /// CD7K3MQ4 or CD-7K3MQ4. Better to miss one, which is then matched by hand, than to credit another's reservation.
    /// A find is still no proof: the amount and the payer must fit too.
    /// </summary>
    public static IEnumerable<PaymentReference> FindIn(string freeText)
    {
        var text = string.Concat(HalfWidth.Of(freeText).Select(Folded));
        return Enumerable
            .Range(0, text.Length)
            .Where(at => text.AsSpan(at).StartsWith(Prefix) && (at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1])))
            .Select(at => AtStartOf(text.AsSpan(at + Prefix.Length)))
            .OfType<PaymentReference>()
            .Distinct();
    }

    public override string ToString() => Value;

    static PaymentReference? AtStartOf(ReadOnlySpan<char> text)
    {
        var lead = SeparatorsAtStartOf(text);
        text = text[lead.Length..];
        if (text.Length < Length)
            return null;
        var data = text[..DataLength];
        text = text[DataLength..];
        var gap = SeparatorsAtStartOf(text);
        if (gap.Length > 0 && !gap.SequenceEqual(lead))
            return null;
        text = text[gap.Length..];
        if (text.IsEmpty)
            return null;
        var check = text[0];
        text = text[1..];
        // CD-7K3XMQ-4, one symbol too many, begins like CD-7K3MQ4; and CD37K3MQ-4 goes on after a dash, whatever follows it.
        var end = SeparatorsAtStartOf(text);
        var next = WordAtStartOf(text[end.Length..]).Length;
        var cutShort = gap.IsEmpty && (next == 1 || (next > 1 && end.Contains('-')));
        return cutShort || WordAtStartOf(text).Length > 0 ? null : Verified([.. data, check]);
    }

    static ReadOnlySpan<char> WordAtStartOf(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && char.IsAsciiLetterOrDigit(text[length]))
            length++;
        return text[..length];
    }

    static ReadOnlySpan<char> SeparatorsAtStartOf(ReadOnlySpan<char> text) =>
        text.IndexOfAnyExcept('-', ' ') is >= 0 and var length ? text[..length] : text;

    static PaymentReference? Verified(ReadOnlySpan<char> symbols) =>
        symbols.Length == Length && !symbols.ContainsAnyExcept(Symbols) && Check(symbols) == symbols[DataLength]
            ? new PaymentReference(symbols)
            : null;

    static char Check(ReadOnlySpan<char> symbols)
    {
        var sum = 0;
        for (var i = 0; i < DataLength; i++)
            sum ^= Product(Weights[i], Alphabet.IndexOf(symbols[i], StringComparison.Ordinal));
        return Alphabet[sum];
    }

    // Multiplication in GF(32): shift and add without carries, reduced by x⁵ = x² + 1.
    static int Product(int a, int b)
    {
        var product = 0;
        for (; b > 0; b >>= 1)
        {
            if ((b & 1) != 0)
                product ^= a;
            a <<= 1;
            if (a > 31)
                a ^= 0b100101;
        }
        return product;
    }

    // Crockford: letters that look like a digit are read as that digit. Word processors and phone keyboards put
    // other dashes in the place of a hyphen.
    static char Folded(char c) =>
        char.ToUpperInvariant(c) switch
        {
            'O' => '0',
            'I' or 'L' => '1',
            '_' or '\u2212' or (>= '\u2010' and <= '\u2015') => '-',
            var space when char.IsWhiteSpace(space) => ' ',
            var upper => upper,
        };
}
