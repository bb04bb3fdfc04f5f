using System.Globalization;

namespace ClosedDoor.Domain;

/// <summary>Amounts as banks print them: <c>38,800.00</c>, <c>￥38800</c>, <c>+38800.0</c>, <c>-1.5</c>.</summary>
public static class YuanText
{
    const int LongestInteger = 12;

    /// <summary>In fen; null for what is no amount, has more than two decimals, or thousands in the wrong places.</summary>
    public static long? Fen(string text)
    {
        var bare = HalfWidth.Of(text).Trim();
        var negative = bare.StartsWith('-') || bare.StartsWith('−');
        if (negative || bare.StartsWith('+'))
            bare = bare[1..].TrimStart();
        if (bare.StartsWith('¥') || bare.StartsWith('￥'))
            bare = bare[1..].TrimStart();
        else if (
            bare.StartsWith("CNY", StringComparison.OrdinalIgnoreCase)
            || bare.StartsWith("RMB", StringComparison.OrdinalIgnoreCase)
        )
            bare = bare[3..].TrimStart();
        if (bare.EndsWith('元'))
            bare = bare[..^1].TrimEnd();

        var point = bare.IndexOf('.');
        var whole = point < 0 ? bare : bare[..point];
        var decimals = point < 0 ? "" : bare[(point + 1)..].TrimEnd('0');
        if (point >= 0 && bare.Length == point + 1 || decimals.Length > 2 || !decimals.All(char.IsAsciiDigit))
            return null;
        if (Ungrouped(whole) is not { Length: > 0 and <= LongestInteger } digits)
            return null;
        var fen = long.Parse(digits + decimals.PadRight(2, '0'), CultureInfo.InvariantCulture);
        return negative ? -fen : fen;
    }

    /// <summary>Null unless every comma stands before exactly three digits: 38,80 may be 38.80 or 3,880.</summary>
    static string? Ungrouped(string whole)
    {
        var groups = whole.Split(',');
        if (groups.Length > 1 && (groups[0].Length is 0 or > 3 || groups.Skip(1).Any(group => group.Length != 3)))
            return null;
        var digits = string.Concat(groups);
        return digits.All(char.IsAsciiDigit) ? digits : null;
    }
}
