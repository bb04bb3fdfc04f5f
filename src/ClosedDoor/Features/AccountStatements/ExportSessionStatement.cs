using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.AccountStatements;

/// <summary>A session's account statement as a file for finance.</summary>
public static class ExportSessionStatement
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions/{sessionId}/statement/export", Handle)
            .Named("ExportSessionStatement", "Export a session's statement as CSV or XLSX")
            .RequireAuthorization(Policy.Finance)
            .AnswersExport()
            .Refuses(Refusals.NotFound, Refusals.Invalid);

    static async Task<IResult> Handle(string sessionId, Caller caller, Database db, string? format, string? reason)
    {
        var export = Export.Asked(format, reason);
        return export.Refused(out var invalid)
            ? Answer.Refuse(invalid)
            : await export.Value.Answer(db, caller, sessionId, sessionId, read => Read(read, sessionId));
    }

    static async Task<Outcome<Worksheet>> Read(Statements read, string sessionId) =>
        await SessionTable.Exists(read, sessionId)
            ? AccountStatementSheet.Of("场次对账单", await AccountStatementRow.OfSession(read, sessionId))
            : Refusals.NotFound;
}
