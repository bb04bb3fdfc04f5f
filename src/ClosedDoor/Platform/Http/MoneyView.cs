using ClosedDoor.Domain;

namespace ClosedDoor.Platform.Http;

/// <summary>Money on the wire, in minor units: <c>{"amount": 3880000, "currency": "CNY"}</c> is ¥38,800.00.</summary>
public sealed record MoneyView(long Amount, string Currency)
{
    /// <summary>A billion yuan, in fen: no company sends more at once, and sums of many stay far from overflow.</summary>
    internal const long LargestTransfer = 1_000_000_000_00;

    internal static MoneyView Cny(long fen) => new(fen, "CNY");
}

static class MoneyField
{
    /// <summary>
    /// The amount in fen; the field is noted when it is missing, in another currency, or not between 1 and
    /// <paramref name="most"/>.
    /// </summary>
    public static long Fen(this FieldErrors errors, string path, MoneyView? money, long most)
    {
        if (money is null)
            errors.Missing(path);
        if (money is { Currency: not "CNY" })
            errors.Add($"{path}.currency", "目前仅支持 CNY。", "Only CNY is taken.");
        return errors.Within($"{path}.amount", money?.Amount ?? 1, 1, most);
    }
}
