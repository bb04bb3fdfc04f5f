using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Gives a saved column mapping another name or other headers. What it has been used for stays as it is.</summary>
public static class ChangeBankStatementMapping
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut("/bank-statement-mappings/{mappingId}", Handle)
            .Named("ChangeBankStatementMapping", "Change a column mapping")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankStatementMappingView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion)
            .Example(BankStatementMappingRequest.Example);

    static async Task<IResult> Handle(
        string mappingId,
        BankStatementMappingRequest request,
        Caller caller,
        Database db
    ) => (await Execute(db, caller, mappingId, request)).ToOk();

    static async Task<Outcome<BankStatementMappingView>> Execute(
        Database db,
        Caller caller,
        string mappingId,
        BankStatementMappingRequest request
    )
    {
        var errors = new FieldErrors();
        var (name, columns) = request.Checked(errors);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<BankStatementMappingView>(
            caller,
            async tx =>
            {
                if (await BankStatementMappingTable.Lock(tx, mappingId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                return await BankStatementMappingTable.Set(tx, row, name, columns, caller.Now) is { } changed
                    ? changed.ToView()
                    : BankStatementMappingRequest.NameTaken;
            }
        );
    }
}
