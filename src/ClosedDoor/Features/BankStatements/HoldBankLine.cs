using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Money that belongs to no reservation yet is kept apart: whose it is will show.</summary>
public static class HoldBankLine
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-lines/{lineId}/hold", Handle)
            .Named("HoldBankLine", "Keep money in suspense")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongBankLineStatus)
            .Example(new BankLineNote("已致电付款方，等待其说明用途"));

    static async Task<IResult> Handle(string lineId, BankLineNote request, Caller caller, Database db) =>
        (await BankLineDecision.SetAside(db, caller, lineId, request, BankLineStatus.Suspense)).ToOk();
}
