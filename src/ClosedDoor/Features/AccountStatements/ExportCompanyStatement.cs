using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;

namespace ClosedDoor.Features.AccountStatements;

/// <summary>A company's account statement as a file, for itself and for finance.</summary>
public static class ExportCompanyStatement
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/companies/{companyId}/statement/export", Handle)
            .Named("ExportCompanyStatement", "Export a company's statement as CSV or XLSX")
            .RequireAuthorization(Policy.SignedIn)
            .AnswersExport()
            .Refuses(Refusals.NotFound, Refusals.Invalid);

    static async Task<IResult> Handle(string companyId, Caller caller, Database db, string? format, string? reason)
    {
        if (!caller.MaySee(companyId))
            return Answer.Refuse(Refusals.NotFound);
        var export = Export.Asked(format, reason);
        return export.Refused(out var invalid)
            ? Answer.Refuse(invalid)
            : await export.Value.Answer(db, caller, companyId, companyId, read => Read(read, companyId));
    }

    static async Task<Outcome<Worksheet>> Read(Statements read, string companyId) =>
        await read.Find<string>("SELECT id FROM company WHERE id = @companyId", new { companyId }) is null
            ? Refusals.NotFound
            : AccountStatementSheet.Of("企业对账单", await AccountStatementRow.OfCompany(read, companyId));
}
