using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// Takes a table of guests and hospitals, CSV or XLSX, and works it off in the background: the import that this answers
/// with shows how far it has come, and what becomes of each row.
/// </summary>
public static class ImportGuests
{
    static readonly SheetLimits Limits = new(Rows: 10_000);

    /// <param name="File">CSV (UTF-8, UTF-16, GBK, GB18030) or XLSX, 10 MB and 10,000 rows at the most.</param>
    /// <param name="DryRun"><c>true</c> says what would happen and changes nothing.</param>
    /// <param name="AllOrNothing"><c>true</c> imports nothing unless every row can be.</param>
    public sealed record Form(IFormFile File, bool? DryRun, bool? AllOrNothing);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/guest-imports", Handle)
            .Named("ImportGuests", "Import guests and hospitals from a table")
            .RequireAuthorization(Policy.Organize)
            .TakesFile<Form>()
            .Answers<GuestImportView>(201)
            .Refuses([.. UploadDescription.Refused, Refusals.SheetTypeRefused, Refusals.SheetUnreadable]);

    static async Task<IResult> Handle(HttpRequest http, Caller caller, Database db)
    {
        var upload = await UploadedFile.ReadSheet(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        var file = upload.Value;
        var errors = new FieldErrors();
        var dryRun = file.Flag(errors, "dryRun");
        var allOrNothing = file.Flag(errors, "allOrNothing");
        if (errors.Refusal is { } invalid)
            return Answer.Refuse(invalid);
        FingerprintsItself.Add(caller, $"{file.Sha256}\n{dryRun}\n{allOrNothing}");
        return (await Execute(db, caller, file.Bytes, dryRun, allOrNothing)).ToCreated(import =>
            $"/api/v1/guest-imports/{import.Id}"
        );
    }

    public static async Task<Outcome<GuestImportView>> Execute(
        Database db,
        Caller caller,
        byte[] bytes,
        bool dryRun,
        bool allOrNothing
    )
    {
        var sheet = SheetReader.Read(bytes, GuestColumns.All, Limits);
        if (sheet.Refused(out var unreadable))
            return unreadable;
        if (sheet.Value.Rows.Count == 0)
            return Refusals.SheetUnreadable.Because("表中没有数据行。", "There are no rows below the header.");
        return await db.Write<GuestImportView>(
            caller,
            async tx =>
            {
                var id = await GuestImportTable.Add(tx, sheet.Value.Rows, dryRun, allOrNothing, caller.Now);
                return (await GuestImportView.Find(tx, id))!;
            }
        );
    }
}
