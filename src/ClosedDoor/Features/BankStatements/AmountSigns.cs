using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// What the signs say in a column whose header tells neither money in nor money out. Two kinds of file look alike there: one
/// in which a minus stands for what went out, and one without signs in which a reversed booking (冲正) alone has a minus.
/// </summary>
static class AmountSigns
{
    /// <summary>Words by which banks mark a booking that takes an earlier one back.</summary>
    static readonly string[] ReversalWords =
    [
        "冲正",
        "冲销",
        "冲账",
        "冲帐",
        "冲回",
        "红冲",
        "红字",
        "抹账",
        "抹帐",
        "撤销",
        "更正",
        "错账",
        "REVERSAL",
        "REVERSED",
    ];

    /// <summary>
    /// Whether a minus means that money went out, so that an amount without a sign has come in. It takes one minus that can
    /// be no reversal. Where any row has a word or a plus of its own, those tell, and what has neither stays untold.
    /// </summary>
    public static bool TellWhatWentOut(IReadOnlyList<SheetRow> rows)
    {
        if (rows.Any(IsTold))
            return false;
        var booked = rows.Select(row => (YuanText.Fen(row["amount"]), PayerName.Folded(row["payerName"]))).ToHashSet();
        return rows.Any(row =>
            YuanText.Fen(row["amount"]) is < 0 and var minus
            && !IsCalledReversal(row)
            // Nor has the file the very booking that it would take back: so much without a sign, of the same payer.
            && !booked.Contains((-minus, PayerName.Folded(row["payerName"])))
        );
    }

    /// <summary>Whether the row says by itself which way its amount went.</summary>
    public static bool IsTold(SheetRow row) => row["direction"].Length > 0 || row["amount"] is ['+' or '＋', ..];

    static bool IsCalledReversal(SheetRow row)
    {
        var says = $"{row["remark"]}\n{row["summary"]}";
        return Array.Exists(ReversalWords, word => says.Contains(word, StringComparison.OrdinalIgnoreCase));
    }
}
