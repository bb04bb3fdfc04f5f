using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>What became of an import's rows, in the order of the file.</summary>
public static class ListGuestImportRows
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/guest-imports/{importId}/rows",
                async (string importId, string? outcome, Database db, int? limit, string? cursor) =>
                    (await Execute(db, importId, outcome, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListGuestImportRows", "List what became of an import's rows")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<GuestImportLineView>>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.InvalidCursor);

    public static async Task<Outcome<Page<GuestImportLineView>>> Execute(
        Database db,
        string importId,
        string? outcome,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<GuestImportOutcome>("outcome", outcome);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterNumber(0, out var number) is { } noCursor)
            return noCursor;
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
                        most = paging.Most,
                    }
                )
        );
        if (rows is null)
            return Refusals.NotFound;
        return paging.Cut(rows, row => row.Number, row => row.ToView());
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
                Words.Parse<GuestImportOutcome>(Outcome),
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

/// <summary>What became of a row.</summary>
/// <param name="Row">As a spreadsheet program counts it, from 1.</param>
public sealed record GuestImportLineView(
    long Row,
    GuestImportOutcome Outcome,
    string? GuestId,
    string? HospitalId,
    IReadOnlyList<ColumnFaultView> Reasons
);

/// <summary>What is wrong with one cell, or with the row when <paramref name="Column"/> is empty.</summary>
public sealed record ColumnFaultView(string Column, Text Reason);
