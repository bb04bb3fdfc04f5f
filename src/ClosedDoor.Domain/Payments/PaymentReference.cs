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
        var bare = string.Concat(HalfWidth.Of(text ?? "").Where(c => !IsSeparator(c)).Select(Folded));
        if (bare.Length == Length + Prefix.Length && bare.StartsWith(Prefix, StringComparison.Ordinal))
            bare = bare[Prefix.Length..];
        return Verified(bare)
            ?? (Outcome<PaymentReference>)
                Malformed.Because(
                    "付款附言码有误,应形如 CD-7K3MQ-4,请核对每一位。",
                    "This is not a payment reference such as CD-7K3MQ-4; check each character."
                );
    }

    /// <summary>
    /// The references inside a bank remark, each once, in order. CD must be there, and the whole must not touch another
    /// letter or digit, or a part of some longer number would pass for a reference once in 32 times. Separators are
    /// looked for only where the canonical form has them, for the same reason.
    /// </summary>
    public static IEnumerable<PaymentReference> FindIn(string freeText)
    {
        var text = string.Concat(HalfWidth.Of(freeText).Select(Folded));
        return Enumerable
            .Range(0, text.Length)
            .Where(at => text.AsSpan(at).StartsWith(Prefix) && !IsPartOfAWord(text, at - 1))
            .Select(at => At(text, at + Prefix.Length))
            .OfType<PaymentReference>()
            .Distinct();
    }

    public override string ToString() => Value;

    static PaymentReference? At(string text, int at)
    {
        var data = AfterSeparators(text, at);
        var check = AfterSeparators(text, data + DataLength);
        return check >= text.Length || IsPartOfAWord(text, check + 1)
            ? null
            : Verified(string.Concat(text.AsSpan(data, DataLength), text.AsSpan(check, 1)));
    }

    static bool IsPartOfAWord(string text, int at) =>
        at >= 0 && at < text.Length && char.IsAsciiLetterOrDigit(text[at]);

    static int AfterSeparators(string text, int at)
    {
        while (at < text.Length && IsSeparator(text[at]))
            at++;
        return at;
    }

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

    // Crockford: letters that look like a digit are read as that digit.
    static char Folded(char c) =>
        char.ToUpperInvariant(c) switch
        {
            'O' => '0',
            'I' or 'L' => '1',
            var upper => upper,
        };

    // Hyphen, underscore, the dashes that word processors and phone keyboards put in its place, and white space.
    static bool IsSeparator(char c) =>
        c is '-' or '_' or (>= '\u2010' and <= '\u2015') or '\u2212' || char.IsWhiteSpace(c);
}
