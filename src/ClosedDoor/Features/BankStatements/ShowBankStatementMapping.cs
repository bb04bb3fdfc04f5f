using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A saved column mapping.</summary>
public static class ShowBankStatementMapping
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/bank-statement-mappings/{mappingId}", Handle)
            .Named("ShowBankStatementMapping", "Show a column mapping")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankStatementMappingView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string mappingId, Database db) => (await Execute(db, mappingId)).ToOk();

    static async Task<Outcome<BankStatementMappingView>> Execute(Database db, string mappingId) =>
        await db.Read(read => BankStatementMappingTable.Find(read, mappingId)) is { } row
            ? row.ToView()
            : Refusals.NotFound;
}
