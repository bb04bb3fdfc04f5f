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
        var sheet = SheetReader.Read(upload.Value.Bytes, FapiaoResultRow.Columns);
        return sheet.Refused(out var unreadable)
            ? Answer.Refuse(unreadable)
            : (await db.OnceAnywhere(caller, () => Execute(db, caller, sheet.Value))).ToOk();
    }

    static async Task<Outcome<FapiaoResultsView>> Execute(Database db, Caller caller, Sheet sheet)
    {
        if (await db.Answered<FapiaoResultsView>(caller) is { } answered)
            return answered;
        var lines = new List<FapiaoResultView>();
        foreach (var chunk in sheet.Rows.Chunk(RowsPerCommit))
        {
            var part = await db.WritePart(
                caller,
                async tx =>
                {
                    var made = new List<FapiaoResultView>();
                    foreach (var row in chunk)
                        made.Add(await ImportRow(tx, row, caller.Now));
                    return made;
                }
            );
            if (part.Refused(out var refusal))
                return refusal;
            lines.AddRange(part.Value);
        }
        var results = FapiaoResultsView.Of(lines);
        // Kept under the request's key, so that a repetition gets the first answer.
        return await db.Write<FapiaoResultsView>(caller, _ => Task.FromResult<Outcome<FapiaoResultsView>>(results));
    }

    static async Task<FapiaoResultView> ImportRow(Tx tx, SheetRow line, Instant now)
    {
        FapiaoResultView Reject(Text why) => new(line.Number, FapiaoResultOutcome.Rejected, null, why);
        if (FapiaoResultRow.IsBlank(line))
            return new(line.Number, FapiaoResultOutcome.Skipped, FapiaoResultRow.IdOf(line), null);
        if (FapiaoResultRow.Read(line, Zones.Today(now), out var problem) is not { } row)
            return Reject(problem!);
        if (await FapiaoRow.Find(tx, row.FapiaoId) is not { } found)
            return Reject(new("没有该申请编号。", "There is no such request."));
        // No refund is made while the amount is held against them, and nobody else issues it.
        await PaymentTable.Lock(tx, found.PaymentId);
        var fapiao = (await FapiaoRow.Find(tx, found.Id))!;
        if (fapiao.State is FapiaoStatus.Issued)
            return row.IsWhatIsRecorded(fapiao)
                ? new(line.Number, FapiaoResultOutcome.Duplicate, fapiao.Id, null)
                : Reject(
                    new(
                        "该申请已登记为已开具，号码、日期或金额不同。",
                        "The request is recorded as issued, with another number, day or amount."
                    )
                );
        if (await FapiaoAmount.Explain(tx, fapiao, row.Amount) is not { } issued)
        {
            var due = Money.Cny(fapiao.Stands);
            return Reject(new($"金额应为 {due}。", $"The amount should be {due}."));
        }
        if (!await FapiaoTable.Issue(tx, fapiao, row.Number, row.IssuedOn, issued.Amount, now))
            return Reject(new("该发票号码已用于其他发票。", "The number is another fapiao's."));
        foreach (var refund in issued.Without)
            await FapiaoTable.LeaveOut(tx, fapiao.Id, refund);
        return new(line.Number, FapiaoResultOutcome.Issued, fapiao.Id, issued.HoldsRefunds ? RedLetterDue : null);
    }

    static readonly Text RedLetterDue = new(
        "开票金额包含已退或待退的款项，需开具红字发票。",
        "The amount holds money that goes back or has gone back: it needs a red letter."
    );
}
