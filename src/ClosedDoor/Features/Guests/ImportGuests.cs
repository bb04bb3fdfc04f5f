using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

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

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/guest-imports", Handle)
            .Named("ImportGuests", "Import guests and hospitals from a table")
            .RequireAuthorization(Policy.Organize)
            .DisableAntiforgery()
            .WithMetadata(new RequestSizeLimitAttribute(UploadedFile.LargestRequest), new FingerprintsItself())
            .Accepts<Form>("multipart/form-data")
            .Answers<GuestImportView>(201)
            .Refuses(
                Refusals.Invalid,
                Refusals.Malformed,
                Refusals.TooLarge,
                Refusals.UnsupportedMediaType,
                Refusals.SheetTypeRefused,
                Refusals.SheetUnreadable
            );
        api.MapGet(
                "/guest-imports/{importId}",
                async (string importId, Database db) => (await Show(db, importId)).ToOk()
            )
            .Named("ShowGuestImport", "Show how far an import has come")
            .RequireAuthorization(Policy.Organizer)
            .Answers<GuestImportView>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/guest-imports/{importId}/rows",
                async (string importId, string? outcome, Database db, int? limit, string? cursor) =>
                    (await Rows(db, importId, outcome, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListGuestImportRows", "List what became of an import's rows")
            .RequireAuthorization(Policy.Organizer)
            .Answers<Page<GuestImportLineView>>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.InvalidCursor);
    }

    static async Task<IResult> Handle(HttpRequest http, Caller caller, Database db)
    {
        var upload = await UploadedFile.ReadSheet(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        var file = upload.Value;
        var errors = new FieldErrors();
        var dryRun = Flag(errors, file, "dryRun");
        var allOrNothing = Flag(errors, file, "allOrNothing");
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

    public static async Task<Outcome<GuestImportView>> Show(Database db, string importId) =>
        await db.Read(read => GuestImportView.Find(read, importId)) is { } import ? import : Refusals.NotFound;

    public static async Task<Outcome<Page<GuestImportLineView>>> Rows(
        Database db,
        string importId,
        string? outcome,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<LineOutcome>("outcome", outcome);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.After(1, out var after) is { } noCursor)
            return noCursor;
        if (!long.TryParse(after?[0] ?? "0", out var number))
            return Refusals.InvalidCursor;
        var where = outcome is null ? "" : "AND outcome = @outcome";
        var rows = await db.Read(async read =>
            await GuestImportView.Find(read, importId) is null
                ? null
                : await read.All<Line>(
                    $"""
                    SELECT number, outcome, guest_id, hospital_id, reasons FROM guest_import_row
                    WHERE import_id = @importId AND number > @number {where} ORDER BY number LIMIT @most
                    """,
                    new
                    {
                        importId,
                        number,
                        outcome,
                        most = paging.Size + 1L,
                    }
                )
        );
        if (rows is null)
            return Refusals.NotFound;
        var page = paging.Cut(rows, row => [Platform.Mail.Wording.Number(row.Number)]);
        return new Page<GuestImportLineView>([.. page.Items.Select(row => row.ToView())], page.NextCursor);
    }

    static bool Flag(FieldErrors errors, UploadedFile file, string field)
    {
        var text = file.Fields.GetValueOrDefault(field, "").Trim().ToLowerInvariant();
        if (text is not ("" or "true" or "false"))
            errors.Add(field, "应为 true 或 false。", "Must be true or false.");
        return text == "true";
    }

    sealed record Line
    {
        public long Number { get; init; }
        public string Outcome { get; init; } = "";
        public string? GuestId { get; init; }
        public string? HospitalId { get; init; }
        public string? Reasons { get; init; }

        public GuestImportLineView ToView() =>
            new(
                Number,
                Outcome,
                GuestId,
                HospitalId,
                Reasons is null
                    ? []
                    :
                    [
                        .. JsonSerializer
                            .Deserialize<Dictionary<string, List<Text>>>(Reasons, Json.Options)!
                            .SelectMany(pair => pair.Value.Select(text => new ColumnFaultView(pair.Key, text))),
                    ]
            );
    }
}

/// <summary>An import at work.</summary>
/// <param name="Status"><c>running</c>, <c>done</c>, or <c>refused</c> for one of all or nothing that a row has stopped.</param>
/// <param name="Total">Rows of the file.</param>
/// <param name="Done">Rows that are worked off.</param>
/// <param name="WouldCreate">Of a dry run, or of a refused import.</param>
/// <param name="Exists">The guest is in the register already, by phone number or e-mail address.</param>
/// <param name="Duplicates">Repeat an earlier row.</param>
public sealed record GuestImportView(
    string Id,
    string Status,
    bool DryRun,
    bool AllOrNothing,
    long Total,
    long Done,
    long Created,
    long HospitalsCreated,
    long WouldCreate,
    long Exists,
    long Duplicates,
    long Invalid,
    Instant CreatedAt,
    Instant? FinishedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static async Task<GuestImportView?> Find(Statements db, string id)
    {
        if (await db.Find<GuestImportRow>($"{GuestImportRow.Select} WHERE id = @id", new { id }) is not { } row)
            return null;
        var counts = (
            await db.All<Count>(
                "SELECT outcome, COUNT(*) AS number FROM guest_import_row WHERE import_id = @id GROUP BY outcome",
                new { id }
            )
        ).ToDictionary(count => Words.Parse<LineOutcome>(count.Outcome), count => count.Number);
        return new(
            row.Id,
            row.Status,
            row.DryRun == 1,
            row.AllOrNothing == 1,
            row.Total,
            row.Done,
            counts.GetValueOrDefault(LineOutcome.Created),
            counts.GetValueOrDefault(LineOutcome.HospitalCreated),
            counts.GetValueOrDefault(LineOutcome.WouldCreate),
            counts.GetValueOrDefault(LineOutcome.Exists),
            counts.GetValueOrDefault(LineOutcome.Duplicate),
            counts.GetValueOrDefault(LineOutcome.Invalid),
            row.CreatedAt,
            row.FinishedAt,
            row.Version
        );
    }

    sealed record Count
    {
        public string Outcome { get; init; } = "";
        public long Number { get; init; }
    }
}

/// <summary>What became of a row.</summary>
/// <param name="Row">As a spreadsheet program counts it, from 1.</param>
/// <param name="Outcome"><c>created</c>, <c>hospital_created</c>, <c>would_create</c>, <c>exists</c>, <c>duplicate</c> or <c>invalid</c>.</param>
public sealed record GuestImportLineView(
    long Row,
    string Outcome,
    string? GuestId,
    string? HospitalId,
    IReadOnlyList<ColumnFaultView> Reasons
);

/// <summary>What is wrong with one cell, or with the row when <paramref name="Column"/> is empty.</summary>
public sealed record ColumnFaultView(string Column, Text Reason);
