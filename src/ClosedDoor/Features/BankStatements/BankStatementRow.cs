using System.Globalization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A row of a bank statement: money that came in, or why it is none to take.</summary>
sealed record BankStatementRow(int Row, IncomingMoney? Money, BankLineReason? Rejected, Text? Problem)
{
    /// <summary>Every row of the file, in its order.</summary>
    /// <param name="eitherWay">A row that does not say whether its amount came in or went out is not taken.</param>
    public static List<BankStatementRow> Of(Sheet sheet, bool eitherWay, string ownAccount, LocalDate today)
    {
        var rows = sheet.Rows.Select(row => Of(row, eitherWay, ownAccount, today)).ToList();
        // Two equal transfers of one day are two: the second row of that kind has another hash than the first. A file
        // that overlaps with another gives the same rows the same numbers, because banks export whole days.
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Money is not { Serial: "" } money)
                continue;
            var key = money.RowKey;
            var number = seen[key] = seen.GetValueOrDefault(key) + 1;
            rows[i] = rows[i] with { Money = money with { Serial = money.SerialOfRow(number) } };
        }
        return rows;
    }

    static BankStatementRow Of(SheetRow row, bool eitherWay, string ownAccount, LocalDate today)
    {
        if (row.Problem is { } problem)
            return new(row.Number, null, BankLineReason.RowUnreadable, problem);
        BankStatementRow Reject(BankLineReason reason) => new(row.Number, null, reason, null);

        if (eitherWay && !AmountSigns.IsTold(row) && YuanText.Fen(row["amount"]) is > 0)
            return new(row.Number, null, BankLineReason.RowUnreadable, NoDirection);
        if (!IsIncoming(row["direction"]))
            return Reject(BankLineReason.NotIncome);
        if (!IsYuan(row["currency"]))
            return Reject(BankLineReason.OtherCurrency);
        if (IsShortened(row["serial"]) || IsShortened(row["payerAccount"]))
            return Reject(BankLineReason.DigitsLost);
        if (row["amount"] is "" or "-" or "--")
            return Reject(BankLineReason.NotIncome); // The other column has the amount, or the line sums up.
        if (YuanText.Fen(row["amount"]) is not { } amount)
            return Reject(BankLineReason.AmountUnreadable);
        if (amount == 0)
            return Reject(BankLineReason.ZeroAmount);
        if (amount < 0)
            return Reject(BankLineReason.NegativeAmount);
        if (BankDate.Parse(row["date"]) is not { } date)
            return Reject(BankLineReason.DateUnreadable);
        if (date > today)
            return Reject(BankLineReason.DateInFuture);
        var own = Digits(row["ownAccount"]);
        if (own.Length > 0 && own != Digits(ownAccount))
            return Reject(BankLineReason.OtherAccount);

        var money = new IncomingMoney(
            HalfWidth.Of(OneLine(row["serial"])).ToUpperInvariant(),
            amount,
            date,
            OneLine(row["payerName"]),
            Digits(row["payerAccount"]) is { Length: > 0 } account ? account : null,
            string.Join(
                ' ',
                new[] { OneLine(row["remark"]), OneLine(row["summary"]) }.Where(text => text.Length > 0).Distinct()
            ),
            $"{row["date"]}\n{row["balance"]}"
        );
        return
            money.Serial.Length > 64
            || money.PayerName.Length > 100
            || money.PayerAccount?.Length > 40
            || money.Remark.Length > 500
            ? Reject(BankLineReason.TextTooLong)
            : new(row.Number, money, null, null);
    }

    static readonly Text NoDirection = new(
        "未注明是收入还是支出。",
        "It does not say whether the money came in or went out."
    );

    /// <summary>Where the bank has a column for it and says anything else, such as 冲正, it is not taken for money that came.</summary>
    static bool IsIncoming(string direction) =>
        HalfWidth.Of(direction).Trim().ToUpperInvariant()
            is ("" or "贷" or "贷方" or "收" or "收入" or "来账" or "转入" or "C" or "CR" or "CREDIT" or "+" or "IN");

    static bool IsYuan(string currency) =>
        HalfWidth.Of(currency).Trim().ToUpperInvariant()
            is ""
                or "CNY"
                or "RMB"
                or "156"
                or "01"
                or "人民币"
                or "人民币元";

    /// <summary>6.22202E+18: different numbers look the same, and money would go back to an account that is none.</summary>
    static bool IsShortened(string number) =>
        number.Contains("E+", StringComparison.OrdinalIgnoreCase)
        && double.TryParse(HalfWidth.Of(number), NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    static string Digits(string account) =>
        string.Concat(HalfWidth.Of(account).Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();

    static string OneLine(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => Invisible.Is(rune) ? " " : rune.ToString())).Trim();
}
