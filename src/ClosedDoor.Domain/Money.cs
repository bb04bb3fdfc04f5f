using System.Globalization;

namespace ClosedDoor.Domain;

/// <summary>
/// An amount in minor units (fen) of one currency (ISO 4217, upper case). Whole numbers only: no rounding can occur.
/// </summary>
public readonly record struct Money(long Amount, string Currency)
{
    /// <summary>ISO 4217, upper case; Stripe writes it in lower case.</summary>
    public string Currency { get; } = Currency.ToUpperInvariant();

    /// <summary>An amount in yuan renminbi, given in fen.</summary>
    public static Money Cny(long fen) => new(fen, "CNY");

    /// <summary>
    /// As a person reads it: <c>¥38,800.00</c>. Of other currencies the number of decimals is not known here (the yen has
    /// none, the Kuwaiti dinar three), so they show their minor units: <c>USD 500 (minor units)</c>.
    /// </summary>
    public override string ToString()
    {
        if (Currency != "CNY")
            return string.Create(CultureInfo.InvariantCulture, $"{Currency} {Amount} (minor units)");
        var (sign, fen) = Split(Amount);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}¥{fen / 100:#,0}.{fen % 100:00}");
    }

    /// <summary>An amount in fen as a spreadsheet takes it, in yuan: <c>38800.00</c>.</summary>
    public static string Plain(long fen)
    {
        var (sign, whole) = Split(fen);
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{whole / 100}.{whole % 100:00}");
    }

    /// <summary>Also for the one number whose opposite is no long.</summary>
    static (string Sign, ulong Fen) Split(long fen) => fen < 0 ? ("-", 0UL - (ulong)fen) : ("", (ulong)fen);
}
