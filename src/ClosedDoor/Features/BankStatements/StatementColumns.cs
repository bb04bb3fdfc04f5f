using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// Which headers a bank's file has for what we read. What is left out goes by the usual names.
/// </summary>
public sealed record StatementColumns(
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
    public static readonly StatementColumns Usual = new();

    const int MostNames = 20;
    const int LongestName = 60;

    internal SheetColumn[] ToColumns() =>
        [
            new(
                "date",
                true,
                Date
                    ??
                    [
                        "交易日期",
                        "交易时间",
                        "入账日期",
                        "记账日期",
                        "日期",
                        "Date",
                        "Transaction date",
                        "Value date",
                    ]
            ),
            new(
                "amount",
                true,
                Amount
                    ??
                    [
                        "收入金额",
                        "贷方金额",
                        "贷方发生额",
                        "收入",
                        "贷方",
                        "转入金额",
                        "入账金额",
                        "交易金额",
                        "发生额",
                        "金额",
                        "Amount",
                        "Amount in",
                        "Credit",
                        "Credit amount",
                    ]
            ),
            new(
                "payerName",
                true,
                PayerName
                    ??
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
            new(
                "payerAccount",
                false,
                PayerAccount ?? ["对方账号", "对方账户", "付款人账号", "Payer account", "Counterparty account"]
            ),
            new(
                "remark",
                false,
                Remark
                    ??
                    [
                        "附言",
                        "摘要/附言",
                        "交易附言",
                        "客户附言",
                        "备注",
                        "用途",
                        "Remark",
                        "Reference",
                        "Description",
                    ]
            ),
            // Banks have both: what the payer wrote, and their own word for the kind of transfer.
            new("summary", false, Remark is null ? ["摘要", "交易摘要", "Summary"] : []),
            new(
                "serial",
                false,
                Serial
                    ??
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
            new(
                "direction",
                false,
                Direction ?? ["借贷标志", "借贷方向", "收支标志", "收/支", "借贷", "Direction", "Dr/Cr"]
            ),
            new("ownAccount", false, OwnAccount ?? ["本方账号", "账号", "Account", "Own account"]),
            new("balance", false, Balance ?? ["余额", "账户余额", "Balance"]),
            new("currency", false, Currency ?? ["币种", "货币", "币别", "交易币种", "Currency"]),
        ];

    internal void Check(FieldErrors errors)
    {
        foreach (var (path, names) in Named())
        {
            if (names is null)
                continue;
            if (names.Length is 0 or > MostNames)
                errors.Add($"columns.{path}", $"应有 1 至 {MostNames} 个表头名称。", $"1 to {MostNames} header names.");
            for (var i = 0; i < Math.Min(names.Length, MostNames); i++)
                errors.Text($"columns.{path}[{i}]", names[i], LongestName);
        }
    }

    IEnumerable<(string Path, string[]? Names)> Named() =>
        [
            ("date", Date),
            ("amount", Amount),
            ("payerName", PayerName),
            ("payerAccount", PayerAccount),
            ("remark", Remark),
            ("serial", Serial),
            ("direction", Direction),
            ("ownAccount", OwnAccount),
            ("balance", Balance),
            ("currency", Currency),
        ];
}
