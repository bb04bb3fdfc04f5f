using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

/// <summary>
/// Takes back the exported list with number and day filled in. Each row stands for itself; a row that is wrong is named,
/// and the same file again changes nothing.
/// </summary>
public static class ImportFapiaoResults
{
    public enum Outcome
    {
        Issued,

        /// <summary>Recorded with this number already.</summary>
        Duplicate,

        /// <summary>Not issued yet: no number stands in the row.</summary>
        Skipped,
        Rejected,
    }

    public sealed record Line(int Row, Outcome Outcome, string? FapiaoId, Text? Message);

    public sealed record Result(IReadOnlyList<Line> Lines, int Issued, int Duplicates, int Skipped, int Rejected);

    public sealed record Form(IFormFile File);

    static readonly SheetColumn[] Columns =
    [
        SheetColumn.Needed("id", "申请编号", "Request"),
        SheetColumn.Needed("number", "发票号码", "数电票号码", "Number"),
        SheetColumn.Needed("date", "开票日期", "Date"),
        SheetColumn.Optional("status", "状态", "发票状态", "Status"),
    ];

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/fapiaos/results", Handle)
            .Named("ImportFapiaoResults", "Import the fapiaos that were issued")
            .RequireAuthorization(Policy.Finance)
            .DisableAntiforgery() // Callers carry a token in a header, which no foreign page can make a browser send.
            .WithMetadata(new RequestSizeLimitAttribute(UploadedFile.LargestRequest), new FingerprintsItself())
            .Accepts<Form>("multipart/form-data")
            .Answers<Result>()
            .Refuses(
                Refusals.Invalid,
                Refusals.Malformed,
                Refusals.TooLarge,
                Refusals.UnsupportedMediaType,
                Refusals.SheetTypeRefused,
                Refusals.SheetUnreadable
            );

    static async Task<IResult> Handle(HttpRequest http, Caller caller, Database db)
    {
        var upload = await UploadedFile.ReadSheet(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        FingerprintsItself.Add(caller, upload.Value.Sha256);
        var sheet = SheetReader.Read(upload.Value.Bytes, Columns);
        if (sheet.Refused(out var unreadable))
            return Answer.Refuse(unreadable);
        return (
            await db.Write<Result>(
                caller,
                async tx =>
                {
                    var lines = new List<Line>();
                    foreach (var row in sheet.Value.Rows)
                        lines.Add(await Take(tx, row, caller.Now));
                    int Count(Outcome outcome) => lines.Count(line => line.Outcome == outcome);
                    return new Result(
                        lines,
                        Count(Outcome.Issued),
                        Count(Outcome.Duplicate),
                        Count(Outcome.Skipped),
                        Count(Outcome.Rejected)
                    );
                }
            )
        ).ToOk();
    }

    static async Task<Line> Take(Tx tx, SheetRow row, Instant now)
    {
        Line Reject(string zh, string en) => new(row.Number, Outcome.Rejected, null, new(zh, en));
        if (row.Problem is { } problem)
            return new(row.Number, Outcome.Rejected, null, problem);
        if (row["number"].Length == 0)
            return new(row.Number, Outcome.Skipped, row["id"], null);
        if (FapiaoNumber.Parse(row["number"]) is not { } number)
            return Reject("发票号码应为 20 位数字。", "A fapiao's number has 20 digits.");
        if (BankDate.Parse(row["date"]) is not { } on || on > Zones.Today(now))
            return Reject("开票日期无法识别或晚于今天。", "The day cannot be read, or lies in the future.");
        if (row["status"] is not ("" or "已开具" or "已开票" or "正常" or "开票成功" or "issued"))
            return Reject("状态不是已开具。", "Its status is not 'issued'.");
        if (await FapiaoRow.Find(tx, row["id"]) is not { } fapiao)
            return Reject("没有该申请编号。", "There is no such request.");
        if (fapiao.Number == number)
            return new(row.Number, Outcome.Duplicate, fapiao.Id, null);
        return await FapiaoTable.Issue(tx, fapiao, number, on, now)
            ? new(row.Number, Outcome.Issued, fapiao.Id, null)
            : Reject(
                "该申请已有其他发票号码，或该号码已用于其他申请。",
                "The request has another number, or the number is another request's."
            );
    }
}
