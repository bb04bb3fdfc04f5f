using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

/// <summary>
/// Takes back the exported list with number and day filled in. Each row stands for itself; a row that is wrong is named,
/// and the same file again changes nothing. An amount must be one that was exported: what the company has paid, or what was
/// left of it after some of its refunds. Refunds that it still holds need a red letter.
/// </summary>
public static class ImportFapiaoResults
{
    public sealed record Form(IFormFile File);

    /// <summary>Rows that share a commit: nobody else's write waits for a whole file.</summary>
    const int RowsPerCommit = 20;

    static readonly SheetColumn[] Columns =
    [
        SheetColumn.Needed("id", "申请编号", "Request"),
        SheetColumn.Needed("number", "发票号码", "数电票号码", "Number"),
        SheetColumn.Needed("date", "开票日期", "Date"),
        SheetColumn.Optional("amount", "金额", "价税合计", "Amount"),
        SheetColumn.Optional("status", "状态", "发票状态", "Status"),
    ];

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/fapiaos/results", Handle)
            .Named("ImportFapiaoResults", "Import the fapiaos that were issued")
            .RequireAuthorization(Policy.Finance)
            .TakesFile<Form>()
            .Answers<FapiaoResultsView>()
            .Refuses([.. UploadDescription.Refused, Refusals.SheetTypeRefused, Refusals.SheetUnreadable]);

    static async Task<IResult> Handle(HttpRequest http, Caller caller, Database db)
    {
        var upload = await UploadedFile.ReadSheet(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        FingerprintsItself.Add(caller, upload.Value.Sha256);
        var sheet = SheetReader.Read(upload.Value.Bytes, Columns);
        if (sheet.Refused(out var unreadable))
            return Answer.Refuse(unreadable);
        var lines = new List<FapiaoResultView>();
        foreach (var chunk in sheet.Value.Rows.Chunk(RowsPerCommit))
        {
            lines.AddRange(
                await db.Write(
                    caller.Actor,
                    async tx =>
                    {
                        var made = new List<FapiaoResultView>();
                        foreach (var row in chunk)
                            made.Add(await Take(tx, row, caller.Now));
                        return made;
                    }
                )
            );
        }
        var results = FapiaoResultsView.Of(lines);
        // Kept under the request's key, so that a repetition gets the first answer.
        return (
            await db.Write<FapiaoResultsView>(caller, _ => Task.FromResult<Outcome<FapiaoResultsView>>(results))
        ).ToOk();
    }

    static async Task<FapiaoResultView> Take(Tx tx, SheetRow row, Instant now)
    {
        FapiaoResultView Reject(string zh, string en) =>
            new(row.Number, FapiaoResultOutcome.Rejected, null, new(zh, en));
        if (row.Problem is { } problem)
            return Reject(problem.Zh, problem.En);
        if (row["number"].Length == 0)
            return new(row.Number, FapiaoResultOutcome.Skipped, row["id"], null);
        if (FapiaoNumber.Parse(row["number"]) is not { } number)
            return Reject("发票号码应为 20 位数字。", "A fapiao's number has 20 digits.");
        if (BankDate.Parse(row["date"]) is not { } on || on > Zones.Today(now))
            return Reject("开票日期无法识别或晚于今天。", "The day cannot be read, or lies in the future.");
        if (row["status"] is not ("" or "已开具" or "已开票" or "正常" or "开票成功" or "issued"))
            return Reject("状态不是已开具。", "Its status is not 'issued'.");
        var told = row["amount"].Length == 0 ? null : YuanText.Fen(row["amount"]);
        if (told is null && row["amount"].Length > 0)
            return Reject("金额无法识别。", "The amount cannot be read.");
        if (await FapiaoRow.Find(tx, row["id"]) is not { } found)
            return Reject("没有该申请编号。", "There is no such request.");
        // No refund is made while the amount is held against them, and nobody else issues it.
        await PaymentTable.Take(tx, found.PaymentId);
        var fapiao = (await FapiaoRow.Find(tx, found.Id))!;
        if (fapiao.State is FapiaoStatus.Issued)
            return fapiao.Number == number && fapiao.IssuedOn == on && (told is null || told == fapiao.Amount)
                ? new(row.Number, FapiaoResultOutcome.Duplicate, fapiao.Id, null)
                : Reject(
                    "该申请已登记为已开具，号码、日期或金额不同。",
                    "The request is recorded as issued, with another number, day or amount."
                );
        if (await FapiaoAmount.Explain(tx, fapiao, told) is not { } issued)
            return Reject(
                $"金额应为 {Money.Cny(fapiao.Stands)}。",
                $"The amount should be {Money.Cny(fapiao.Stands)}."
            );
        if (!await FapiaoTable.Issue(tx, fapiao, number, on, issued.Amount, now))
            return Reject("该发票号码已用于其他发票。", "The number is another fapiao's.");
        foreach (var refund in issued.Without)
            await FapiaoTable.LeaveOut(tx, fapiao.Id, refund);
        return new(row.Number, FapiaoResultOutcome.Issued, fapiao.Id, issued.HoldsRefunds ? RedLetterDue : null);
    }

    static readonly Text RedLetterDue = new(
        "开票金额包含已退或待退的款项，需开具红字发票。",
        "The amount holds money that goes back or has gone back: it needs a red letter."
    );
}
