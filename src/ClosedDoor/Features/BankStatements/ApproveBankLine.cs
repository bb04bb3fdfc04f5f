using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A second person agrees that money goes back.</summary>
public static class ApproveBankLine
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-lines/{lineId}/approve", Handle)
            .Named("ApproveBankLine", "Approve, as a second person, that money is returned")
            .WithDescription(
                "Takes no body. Needed before the payout is recorded where the amount is above the limit from which refunds need a second person (CLOSEDDOOR_REFUND_APPROVAL_FEN). Who has said that it goes back cannot approve it, and who approves cannot record the payout. Holding the line takes the approval back. The line as it then stands is answered, with approvedBy."
            )
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.WrongBankLineStatus,
                Refusals.SecondPersonNeeded
            );

    static async Task<IResult> Handle(string lineId, Caller caller, Database db) =>
        (await Execute(db, caller, lineId)).ToOk();

    static Task<Outcome<BankLineView>> Execute(Database db, Caller caller, string lineId) =>
        BankLineDecision.Make(
            db,
            caller,
            lineId,
            async (tx, line) =>
            {
                if (line is not { State: BankLineStatus.Returning, ApprovedBy: null })
                    return Refusals.WrongBankLineStatus;
                if (await Person.IsBehind(tx, caller, line.ResolvedBy))
                    return Refusals.SecondPersonNeeded;
                return await BankLineTable.Approve(tx, line, caller.Now);
            }
        );
}
