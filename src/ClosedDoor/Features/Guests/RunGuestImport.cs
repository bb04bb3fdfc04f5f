using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// Works an import off, some rows a transaction, so that other writers get their turn and progress shows. How far it has
/// come is committed with the rows: after a kill, or beside another worker, it goes on where it stands.
/// </summary>
static class RunGuestImport
{
    public const string Begun = "guest_import.begun.v1";

    const int AtOnce = 200;
    const string Actor = "job:guest-import";

    public static async Task Handle(OutboxMessage message, Delivery delivery)
    {
        var (db, id, now) = (delivery.Database, message.SubjectId, delivery.Now);
        var import = await db.Read(read =>
            read.Find<GuestImportRow>($"{GuestImportRow.Select} WHERE id = @id AND status = 'running'", new { id })
        );
        if (import is null)
            return;
        var rows = import.Rows;
        var repeats = GuestLine.Repeats(rows);
        if (import is { AllOrNothing: 1, DryRun: 0 })
            await AllOrNothing(db, id, rows, repeats, now);
        else
            while (await Some(db, id, rows, repeats, now)) { }
    }

    /// <summary>False when the import has ended.</summary>
    static Task<bool> Some(Database db, string id, List<SheetRow> rows, Dictionary<int, int> repeats, Instant now) =>
        db.Write(
            Actor,
            async tx =>
            {
                if (await GuestImportTable.Lock(tx, id) is not { } import)
                    return false;
                var lines = new List<GuestLine>();
                foreach (var row in rows.Skip((int)import.Done).Take(AtOnce))
                {
                    var line = await GuestLine.Judge(tx, row, repeats, Zones.Today(now));
                    lines.Add(import.DryRun == 1 ? line : await GuestImportTable.Create(tx, line, now));
                }
                await GuestImportTable.Report(tx, import, lines);
                if (import.Done + lines.Count < import.Total)
                    return true;
                await GuestImportTable.Finish(tx, import, GuestImportStatus.Done, now);
                return false;
            }
        );

    /// <summary>One transaction, or none: whoever stops a row, by entering the same person meanwhile, stops all.</summary>
    static async Task AllOrNothing(
        Database db,
        string id,
        List<SheetRow> rows,
        Dictionary<int, int> repeats,
        Instant now
    )
    {
        try
        {
            await db.Write(
                Actor,
                async tx =>
                {
                    if (await GuestImportTable.Lock(tx, id) is not { } import)
                        return false;
                    var lines = new List<GuestLine>();
                    foreach (var row in rows)
                        lines.Add(
                            await GuestImportTable.Create(
                                tx,
                                await GuestLine.Judge(tx, row, repeats, Zones.Today(now)),
                                now
                            )
                        );
                    if (lines.Exists(Stops))
                        throw new RowStopsAllException();
                    await GuestImportTable.Report(tx, import, lines);
                    await GuestImportTable.Finish(tx, import, GuestImportStatus.Done, now);
                    return true;
                }
            );
        }
        catch (RowStopsAllException)
        {
            // All that was written is undone; what would have become of each row is told as in a dry run.
            await db.Write(
                Actor,
                async tx =>
                {
                    if (await GuestImportTable.Lock(tx, id) is not { } import)
                        return false;
                    var lines = new List<GuestLine>();
                    foreach (var row in rows)
                        lines.Add(await GuestLine.Judge(tx, row, repeats, Zones.Today(now)));
                    await GuestImportTable.Report(tx, import, lines);
                    await GuestImportTable.Finish(tx, import, GuestImportStatus.Refused, now);
                    return true;
                }
            );
        }
    }

    static bool Stops(GuestLine line) =>
        line.Outcome is GuestImportOutcome.Invalid or GuestImportOutcome.Duplicate
        || (line.Outcome is GuestImportOutcome.Exists && line.GuestId is not null);

    /// <summary>Undoes the transaction that it is thrown in.</summary>
    sealed class RowStopsAllException : Exception;
}
