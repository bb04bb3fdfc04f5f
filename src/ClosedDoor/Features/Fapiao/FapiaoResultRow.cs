using ClosedDoor.Domain;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

/// <summary>A row of the tax platform's list that says that a fapiao was issued.</summary>
/// <param name="Amount">Fen; null where the list has none.</param>
sealed record FapiaoResultRow(string FapiaoId, string Number, LocalDate IssuedOn, long? Amount)
{
    public static readonly SheetColumn[] Columns =
    [
        SheetColumn.Needed("id", "申请编号", "Request"),
        SheetColumn.Needed("number", "发票号码", "数电票号码", "Number"),
        SheetColumn.Needed("date", "开票日期", "Date"),
        SheetColumn.Optional("amount", "金额", "价税合计", "Amount"),
        SheetColumn.Optional("status", "状态", "发票状态", "Status"),
    ];

    public static string IdOf(SheetRow row) => row["id"];

    /// <summary>Whether nothing has been issued yet: no number stands in the row.</summary>
    public static bool IsBlank(SheetRow row) => row.Problem is null && row["number"].Length == 0;

    /// <summary>Null where it cannot be read, for the reason in <paramref name="problem"/>.</summary>
    public static FapiaoResultRow? Read(SheetRow row, LocalDate today, out Text? problem)
    {
        var number = FapiaoNumber.Parse(row["number"]);
        var on = BankDate.Parse(row["date"]);
        var amount = YuanText.Fen(row["amount"]);
        problem =
            row.Problem
            ?? (
                number is null ? FapiaoNumber.Expected
                : on is null || on > today
                    ? new("开票日期无法识别或晚于今天。", "The day cannot be read, or lies in the future.")
                : row["status"] is not ("" or "已开具" or "已开票" or "正常" or "开票成功" or "issued")
                    ? new("状态不是已开具。", "Its status is not 'issued'.")
                : amount is null && row["amount"].Length > 0 ? new("金额无法识别。", "The amount cannot be read.")
                : null
            );
        return problem is null ? new(IdOf(row), number!, on!.Value, amount) : null;
    }

    /// <summary>Whether it says again what is recorded of the fapiao; of an amount that it does not tell, it says nothing else.</summary>
    public bool IsWhatIsRecorded(FapiaoRow fapiao) =>
        fapiao.Number == Number && fapiao.IssuedOn == IssuedOn && (Amount ?? fapiao.Amount) == fapiao.Amount;
}
