using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Removes a saved column mapping. Statements that were imported by it stay.</summary>
public static class RemoveBankStatementMapping
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete("/bank-statement-mappings/{mappingId}", Handle)
            .Named("RemoveBankStatementMapping", "Remove a column mapping")
            .RequireAuthorization(Policy.Finance)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);

    static async Task<IResult> Handle(string mappingId, Caller caller, Database db) =>
        (await Execute(db, caller, mappingId)).ToNoContent();

    static Task<Outcome<BankStatementMappingView>> Execute(Database db, Caller caller, string mappingId) =>
        db.Write<BankStatementMappingView>(
            caller,
            async tx =>
            {
                if (await BankStatementMappingTable.Lock(tx, mappingId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                await BankStatementMappingTable.Remove(tx, mappingId, caller.Now);
                return row.ToView();
            }
        );
}
