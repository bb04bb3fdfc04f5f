using System.Globalization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Platform.Sheets;

public enum SheetFormat
{
    Csv,
    Xlsx,
}

/// <summary>
/// A table that leaves the product: stamped with who took it, when and why, and in the audit log before the first byte
/// goes out. Every endpoint that gives out people's or companies' data as a file goes through here.
/// </summary>
/// <param name="Format">Of the file.</param>
/// <param name="Reason">Why it is taken, in the caller's words; stands in the file and in the audit log.</param>
public sealed record Export(SheetFormat Format, string Reason)
{
    const int LongestReason = 200;

    /// <summary>What <c>?format=csv|xlsx&amp;reason=…</c> asks for. Without a reason nothing leaves.</summary>
    public static Outcome<Export> Asked(string? format, string? reason)
    {
        var errors = new FieldErrors();
        var asked = errors.OptionalWord<SheetFormat>("format", format);
        var why = errors.Text("reason", reason, LongestReason);
        return errors.Refusal is { } invalid ? invalid : new Export(asked ?? SheetFormat.Xlsx, why);
    }

    /// <summary>Reads the table, records that it leaves, and answers with the file.</summary>
    /// <param name="db">Where it stands.</param>
    /// <param name="caller">Who takes it.</param>
    /// <param name="chain">The audit chain: the session, company or account whose data it is.</param>
    /// <param name="subject">The id of what is exported; the chain's own where there is none.</param>
    /// <param name="read">Reads the table, or refuses.</param>
    public async Task<IResult> Answer(
        Database db,
        Caller caller,
        string chain,
        string subject,
        Func<Statements, Task<Outcome<Worksheet>>> read
    )
    {
        var (outcome, name) = await db.Read(async statements =>
            (await read(statements), await NameOf(statements, caller.Actor))
        );
        if (outcome.Refused(out var refusal))
            return Http.Answer.Refuse(refusal);
        var sheet = outcome.Value;
        await db.Write<bool>(
            caller,
            async tx =>
            {
                await tx.Record(
                    caller.Now,
                    new Change(
                        chain,
                        "export.made",
                        subject,
                        After: new
                        {
                            what = sheet.Name,
                            format = Format,
                            reason = Reason,
                            rows = sheet.Rows.Count,
                        }
                    )
                );
                return true;
            }
        );

        var titles = new[] { sheet.Name, Stamp(caller, name) };
        var day = Zones.Today(caller.Now).ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        return Format is SheetFormat.Csv
            ? new SheetAnswer($"{sheet.Name}-{day}.csv", "text/csv; charset=utf-8", CsvFile.Write(sheet, titles))
            : new SheetAnswer($"{sheet.Name}-{day}.xlsx", XlsxMediaType, XlsxFile.Write(sheet, titles));
    }

    string Stamp(Caller caller, string? name)
    {
        var at = Cell.Of((Instant?)caller.Now).Text;
        return $"导出人 Exported by: {name ?? caller.Actor} ({caller.Actor})；时间 At: {at} (Asia/Shanghai)；用途 Reason: {Reason}";
    }

    /// <summary>An account's or API key's name; null for whoever has none.</summary>
    static Task<string?> NameOf(Statements read, string actor) =>
        read.Find<string>(
            "SELECT name FROM account WHERE id = @actor UNION ALL SELECT name FROM api_key WHERE id = @actor",
            new { actor }
        );

    public const string XlsxMediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

static class ExportDescription
{
    /// <summary>Success is a file, and what <see cref="Export.Asked"/> refuses may be refused.</summary>
    public static RouteHandlerBuilder AnswersExport(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces(200, contentType: Export.XlsxMediaType).Produces(200, contentType: "text/csv");
}
