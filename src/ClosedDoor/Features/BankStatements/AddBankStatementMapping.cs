using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Saves which headers a bank's file has, where they are not the usual ones.</summary>
public static class AddBankStatementMapping
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-statement-mappings", Handle)
            .Named("AddBankStatementMapping", "Save a bank's column mapping")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankStatementMappingView>(201)
            .Refuses(Refusals.Invalid)
            .Example(BankStatementMappingRequest.Example);

    static async Task<IResult> Handle(BankStatementMappingRequest request, Caller caller, Database db) =>
        (await Execute(db, caller, request)).ToCreated(mapping => $"/api/v1/bank-statement-mappings/{mapping.Id}");

    static async Task<Outcome<BankStatementMappingView>> Execute(
        Database db,
        Caller caller,
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
                await BankStatementMappingTable.Add(tx, name, columns, caller.Now) is { } row
                    ? row.ToView()
                    : BankStatementMappingRequest.NameTaken
        );
    }
}
