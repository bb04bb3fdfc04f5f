using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// Which headers a bank's file has for what we read. What is left out goes by the usual names.
/// </summary>
public sealed record BankStatementColumns(
    string[]? Date = null,
    string[]? Amount = null,
    string[]? PayerName = null,
    string[]? PayerAccount = null,
    string[]? Remark = null,
    string[]? Serial = null,
    string[]? Direction = null,
    string[]? OwnAccount = null,
    string[]? Balance = null,
    string[]? Currency = null
)
{
    public static readonly BankStatementColumns Usual = new();

    /// <summary>Headers over amounts that came in.</summary>
    static readonly string[] AmountIn =
    [
        "收入金额",
        "贷方金额",
        "贷方发生额",
        "收入",
        "贷方",
        "转入金额",
        "入账金额",
        "Amount in",
        "Credit",
        "Credit amount",
    ];

    /// <summary>Headers over amounts that came in or went out.</summary>
    static readonly SheetColumn AmountEitherWay = SheetColumn.Optional(
        "amount",
        "交易金额",
        "发生额",
        "金额",
        "Amount"
    );

    const int MostNames = 20;
    const int LongestName = 60;

    internal SheetColumn[] ToColumns() =>
        [
            .. All().Select(column => new SheetColumn(column.Key, column.Needed, column.Own ?? column.Usual)),
            // Banks have both: what the payer wrote, and their own word for the kind of transfer.
            SheetColumn.Optional("summary", Remark is null ? ["摘要", "交易摘要", "Summary"] : []),
        ];

    /// <summary>
    /// Whether amounts are of what came in and of what went out alike, so that each row has to say which it is: in a column
    /// of its own, or by signs. Who saves a mapping says that its column holds what came in.
    /// </summary>
    internal bool GoEitherWay(Sheet sheet) =>
        Amount is null
        && ToColumns().First(column => column.Key == "amount") is var amount
        && AmountEitherWay.Goes(SheetColumn.Tidy(sheet.Headers.First(header => amount.Goes(SheetColumn.Tidy(header)))))
        && !AmountSigns.TellWhatWentOut(sheet.Rows);

    internal void Check(FieldErrors errors)
    {
        foreach (var (path, own) in All().Select(column => ($"columns.{column.Key}", column.Own)))
        {
            if (own is null)
                continue;
            if (own.Length is 0 or > MostNames)
                errors.Add(path, $"应有 1 至 {MostNames} 个表头名称。", $"1 to {MostNames} header names.");
            for (var i = 0; i < Math.Min(own.Length, MostNames); i++)
                errors.Text($"{path}[{i}]", own[i], LongestName);
        }
    }

    /// <summary>Each column with the headers that this bank has for it, and those that banks usually have.</summary>
    (string Key, bool Needed, string[]? Own, string[] Usual)[] All() =>
        [
            (
                "date",
                true,
                Date,
                ["交易日期", "交易时间", "入账日期", "记账日期", "日期", "Date", "Transaction date", "Value date"]
            ),
            ("amount", true, Amount, [.. AmountIn, .. AmountEitherWay.Names]),
            (
                "payerName",
                true,
                PayerName,
                [
                    "对方户名",
                    "对方名称",
                    "对方账户名称",
                    "付款人名称",
                    "付款人",
                    "户名",
                    "Payer",
                    "Payer name",
                    "Counterparty",
                    "Counterparty name",
                ]
            ),
            (
                "payerAccount",
                false,
                PayerAccount,
                ["对方账号", "对方账户", "付款人账号", "Payer account", "Counterparty account"]
            ),
            (
                "remark",
                false,
                Remark,
                ["附言", "摘要/附言", "交易附言", "客户附言", "备注", "用途", "Remark", "Reference", "Description"]
            ),
            (
                "serial",
                false,
                Serial,
                [
                    "流水号",
                    "交易流水号",
                    "银行流水号",
                    "交易流水",
                    "凭证号",
                    "Serial",
                    "Serial number",
                    "Transaction ID",
                ]
            ),
            (
                "direction",
                false,
                Direction,
                [
                    "借贷标志",
                    "借贷标识",
                    "借贷方向",
                    "借/贷",
                    "借贷",
                    "收支标志",
                    "收支方向",
                    "收/支",
                    "收支",
                    "收付标志",
                    "交易方向",
                    "Direction",
                    "Dr/Cr",
                ]
            ),
            ("ownAccount", false, OwnAccount, ["本方账号", "账号", "Account", "Own account"]),
            ("balance", false, Balance, ["余额", "账户余额", "Balance"]),
            ("currency", false, Currency, ["币种", "货币", "币别", "交易币种", "Currency"]),
        ];
}
