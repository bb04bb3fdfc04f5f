using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// Money that belongs to no reservation is kept apart, or goes back to the account that it came from: first it is said
/// so; above the amount of refunds that need one, a second person approves; and once the bank has paid, its serial is
/// the proof.
/// </summary>
public static class ReturnBankLine
{
    public sealed record Note(string? Reason);

    public sealed record Payout(string? BankSerial, LocalDate? PaidOn);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/bank-lines/{lineId}/hold",
                async (string lineId, Note request, Caller caller, Database db) =>
                    (await Set(db, caller, lineId, request, BankLineStatus.Suspense)).ToOk()
            )
            .Named("HoldBankLine", "Keep money in suspense")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongBankLineStatus)
            .Example(new Note("已致电付款方，等待其说明用途"));
        api.MapPost(
                "/bank-lines/{lineId}/return",
                async (string lineId, Note request, Caller caller, Database db) =>
                    (await Set(db, caller, lineId, request, BankLineStatus.Returning)).ToOk()
            )
            .Named("ReturnBankLine", "Return money to the account that it came from")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongBankLineStatus)
            .Example(new Note("付款方称误付"));
        api.MapPost(
                "/bank-lines/{lineId}/approve",
                async (string lineId, Caller caller, Database db) => (await Approve(db, caller, lineId)).ToOk()
            )
            .Named("ApproveBankLine", "Approve, as a second person, that money is returned")
            .WithDescription(
                "Takes no body. Needed before the payout is recorded where the amount is above the limit from which refunds need a second person (CLOSEDDOOR_REFUND_APPROVAL_FEN). Who has said that it goes back cannot approve it, and who approves cannot record the payout. Holding or matching the line again takes the approval back. The line as it then stands is answered, with approvedBy."
            )
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.WrongBankLineStatus,
                Refusals.SecondPersonNeeded
            );
        api.MapPost(
                "/bank-lines/{lineId}/pay",
                async (string lineId, Payout request, Caller caller, Database db) =>
                    (await Pay(db, caller, lineId, request)).ToOk()
            )
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
            .Example(new Payout("2027030200002", new LocalDate(2027, 2, 20)));
    }

    static async Task<Outcome<BankLineView>> Set(
        Database db,
        Caller caller,
        string lineId,
        Note request,
        BankLineStatus to
    )
    {
        var errors = new FieldErrors();
        var note = errors.Text("reason", request.Reason, 200);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await BankLineDecision.Make(
            db,
            caller,
            lineId,
            async (tx, line) =>
                line.IsUnplaced
                && line.State != to
                && await BankLineTable.Move(tx, line, to, note, caller.Now) is { } moved
                    ? moved
                    : Refusals.WrongBankLineStatus
        );
    }

    /// <summary>Above the amount from which refunds need a second person: money leaves all the same.</summary>
    static bool NeedsApproval(Tx tx, BankLineRow line) =>
        RefundRules.NeedsApproval(line.Amount, 0, tx.Settings.RefundApprovalAmount);

    static Task<Outcome<BankLineView>> Approve(Database db, Caller caller, string lineId) =>
        BankLineDecision.Make(
            db,
            caller,
            lineId,
            async (tx, line) =>
            {
                if (line is not { State: BankLineStatus.Returning, ApprovedBy: null })
                    return Refusals.WrongBankLineStatus;
                if (line.ResolvedBy == caller.Actor)
                    return Refusals.SecondPersonNeeded;
                return await BankLineTable.Approve(tx, line, caller.Now);
            }
        );

    static async Task<Outcome<BankLineView>> Pay(Database db, Caller caller, string lineId, Payout request)
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
                if (NeedsApproval(tx, line) && (line.ApprovedBy is null || line.ApprovedBy == caller.Actor))
                    return Refusals.SecondPersonNeeded; // Who approves a payout does not make it.
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
