using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Hospitals;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>Every change to imports and their reports.</summary>
static class GuestImportTable
{
    public static async Task<string> Add(
        Tx tx,
        IReadOnlyList<SheetRow> rows,
        bool dryRun,
        bool allOrNothing,
        Instant now
    )
    {
        var id = TypeId.New("imp", now);
        await tx.Execute(
            """
            INSERT INTO guest_import (id, status, dry_run, all_or_nothing, total, done, content, created_at, version)
            VALUES (@id, 'running', @DryRun, @AllOrNothing, @Total, 0, @Content, @now, 1)
            """,
            new
            {
                id,
                DryRun = dryRun ? 1L : 0L,
                AllOrNothing = allOrNothing ? 1L : 0L,
                Total = (long)rows.Count,
                Content = JsonSerializer.Serialize(rows, Json.Options),
                now,
            }
        );
        await tx.Record(
            now,
            new Change(
                id,
                "guest_import.begun",
                id,
                After: new
                {
                    rows = rows.Count,
                    dryRun,
                    allOrNothing,
                }
            )
        );
        await tx.Send(RunGuestImport.Begun, new Notice(id), now);
        return id;
    }

    /// <summary>The import with its row locked; null when it has ended or there is none.</summary>
    public static Task<GuestImportRow?> Lock(Tx tx, string id) =>
        tx.Find<GuestImportRow>(
            $"{GuestImportRow.Select} WHERE id = @id AND status = 'running' {tx.ForUpdate}",
            new { id }
        );

    /// <summary>Writes the guest and the hospital of a row that may be created, and what became of it.</summary>
    public static async Task<GuestLine> Create(Tx tx, GuestLine line, Instant now)
    {
        if (line.Outcome is not GuestImportOutcome.WouldCreate)
            return line;
        var hospitalId = line.HospitalId;
        string? added = null;
        if (line.Hospital is { } hospital)
        {
            // Somebody may have registered it since the row was judged.
            added = await HospitalTable.Add(tx, hospital, now);
            hospitalId =
                added
                ?? await tx.Find<string>("SELECT id FROM hospital WHERE uscc = @Value", new { hospital.Uscc.Value });
        }
        // Its registration code was given to another hospital since the row was judged.
        if (line.Hospital is not null && hospitalId is null)
            return new(
                line.Number,
                GuestImportOutcome.Invalid,
                Reasons: new Dictionary<string, IReadOnlyList<Text>>
                {
                    ["registrationCode"] =
                    [
                        new("该登记号属于另一家医院。", "Another hospital has this registration code."),
                    ],
                }
            );
        if (line.Guest is null)
            return line with
            {
                Outcome = added is null ? GuestImportOutcome.Exists : GuestImportOutcome.HospitalCreated,
                HospitalId = hospitalId,
            };
        var guest = line.Guest with { HospitalId = line.Guest.HospitalId is null ? null : hospitalId };
        // Somebody may have entered the same person since the row was judged: the register's indexes decide.
        return await GuestTable.Add(tx, guest, now) is { } guestId
            ? line with
            {
                Outcome = GuestImportOutcome.Created,
                GuestId = guestId,
                HospitalId = hospitalId,
            }
            : line with
            {
                Outcome = GuestImportOutcome.Exists,
                GuestId = await GuestLine.Known(tx, guest),
            };
    }

    /// <summary>Puts rows into the report, and how far the import has come.</summary>
    public static async Task Report(Tx tx, GuestImportRow import, IReadOnlyList<GuestLine> lines)
    {
        foreach (var line in lines)
            await tx.Execute(
                """
                INSERT INTO guest_import_row (import_id, number, outcome, guest_id, hospital_id, reasons)
                VALUES (@ImportId, @Number, @Outcome, @GuestId, @HospitalId, @Reasons)
                """,
                new
                {
                    ImportId = import.Id,
                    Number = (long)line.Number,
                    Outcome = line.Outcome.Word(),
                    line.GuestId,
                    line.HospitalId,
                    Reasons = line.Reasons is null ? null : JsonSerializer.Serialize(line.Reasons, Json.Options),
                }
            );
        await tx.Execute(
            "UPDATE guest_import SET done = done + @count, version = version + 1 WHERE id = @Id",
            new { import.Id, count = (long)lines.Count }
        );
    }

    /// <summary>Ends an import. The people in the file are dropped; the report names rows by number.</summary>
    public static async Task Finish(Tx tx, GuestImportRow import, GuestImportStatus status, Instant now)
    {
        await tx.Execute(
            """
            UPDATE guest_import SET status = @Status, content = NULL, finished_at = @now, version = version + 1
            WHERE id = @Id AND status = 'running'
            """,
            new
            {
                import.Id,
                Status = status.Word(),
                now,
            }
        );
        await tx.Record(now, new Change(import.Id, $"guest_import.{status.Word()}", import.Id));
    }
}

sealed record GuestImportRow
{
    public string Id { get; init; } = "";
    public string Status { get; init; } = "";
    public long DryRun { get; init; }
    public long AllOrNothing { get; init; }
    public long Total { get; init; }
    public long Done { get; init; }
    public string? Content { get; init; }
    public Instant CreatedAt { get; init; }
    public Instant? FinishedAt { get; init; }
    public long Version { get; init; }

    public const string Select =
        "SELECT id, status, dry_run, all_or_nothing, total, done, content, created_at, finished_at, version FROM guest_import";

    public List<SheetRow> Rows => JsonSerializer.Deserialize<List<SheetRow>>(Content!, Json.Options)!;
}
