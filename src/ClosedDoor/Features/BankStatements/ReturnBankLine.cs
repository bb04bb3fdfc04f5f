using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// Money that belongs to no reservation is to go back to the account that it came from. Above the amount from which refunds
/// need one, a second person approves (<see cref="ApproveBankLine"/>); once the bank has paid, its serial is the proof
/// (<see cref="PayBankLine"/>).
/// </summary>
public static class ReturnBankLine
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-lines/{lineId}/return", Handle)
            .Named("ReturnBankLine", "Return money to the account that it came from")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongBankLineStatus)
            .Example(new BankLineNote("付款方称误付"));

    static async Task<IResult> Handle(string lineId, BankLineNote request, Caller caller, Database db) =>
        (await BankLineDecision.SetAside(db, caller, lineId, request, BankLineStatus.Returning)).ToOk();
}
