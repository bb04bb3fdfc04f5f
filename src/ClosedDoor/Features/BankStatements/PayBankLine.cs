using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>The bank has paid money back that belonged to no reservation: its serial is the proof.</summary>
public static class PayBankLine
{
    public sealed record Request(string? BankSerial, LocalDate? PaidOn);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-lines/{lineId}/pay", Handle)
            .Named("PayBankLine", "Record that money was returned")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongBankLineStatus,
                Refusals.SecondPersonNeeded,
                Refusals.BankSerialRecorded
            )
            .Example(new Request("2027030200002", new LocalDate(2027, 2, 20)));

    static async Task<IResult> Handle(string lineId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, lineId, request)).ToOk();

    static async Task<Outcome<BankLineView>> Execute(Database db, Caller caller, string lineId, Request request)
    {
        var errors = new FieldErrors();
        var proof = PaidByBank.Read(errors, request.BankSerial, request.PaidOn, "paidOn", caller.Now);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await BankLineDecision.Make(
            db,
            caller,
            lineId,
            async (tx, line) =>
            {
                if (line.State is not BankLineStatus.Returning)
                    return Refusals.WrongBankLineStatus;
                // Money leaves here as it does by a refund. Who approves a payout does not make it.
                if (
                    RefundRules.NeedsApproval(line.Amount, 0, tx.Settings.RefundApprovalAmount)
                    && (line.ApprovedBy is null || await Person.IsBehind(tx, caller, line.ApprovedBy))
                )
                    return Refusals.SecondPersonNeeded;
                if (!await RefundTable.TakeSerial(tx, line.Id, line.Account, proof.Serial, caller.Now))
                    return Refusals.BankSerialRecorded;
                if (await BankLineTable.Return(tx, line, proof.Serial, proof.On, caller.Now) is not { } returned)
                    return Refusals.WrongBankLineStatus;
                await LedgerTable.Post(
                    tx,
                    Posting.SuspenseReturned(line.Amount),
                    line.Id,
                    LedgerScope.Nobody,
                    line.Currency,
                    caller.Now
                );
                return returned;
            }
        );
    }
}
