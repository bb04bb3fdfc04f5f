using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// What finance decides about a refund: a second person approves or withdraws one that waits for it; one that failed is
/// sent again; one that the bank returned is noted as failed.
/// </summary>
public static class DecideRefund
{
    /// <param name="Reason">Why; kept with the refund where it failed.</param>
    public sealed record Request(string? Reason = null);

    public static void Map(IEndpointRouteBuilder api)
    {
        MapOne(api, "approve", "ApproveRefund", "Approve a refund that waits for a second person", Approve);
        MapOne(api, "withdraw", "WithdrawRefund", "Withdraw a refund that has not left", Withdraw);
        MapOne(api, "retry", "RetryRefund", "Send a refund that failed once more", Retry);
        MapOne(api, "bounce", "BounceRefund", "Note that the bank has returned a payout", Bounce);
    }

    static void MapOne(
        IEndpointRouteBuilder api,
        string verb,
        string operationId,
        string summary,
        Func<Tx, Caller, TakenRefund, Request, Task<Outcome<RefundRow>>> decide
    ) =>
        api.MapPost(
                $"/refunds/{{refundId}}/{verb}",
                async (string refundId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, refundId, request, decide)).ToOk()
            )
            .Named(operationId, summary)
            .RequireAuthorization(Policy.Finance)
            .Answers<RefundView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongRefundStatus,
                Refusals.SecondPersonNeeded,
                Refusals.RefundTooLarge
            )
            .Example(new Request("已核对"));

    static async Task<Outcome<RefundView>> Execute(
        Database db,
        Caller caller,
        string refundId,
        Request request,
        Func<Tx, Caller, TakenRefund, Request, Task<Outcome<RefundRow>>> decide
    )
    {
        var errors = new FieldErrors();
        errors.OptionalLines("reason", request.Reason, 200);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<RefundView>(
            caller,
            async tx =>
            {
                if (await Refunding.Take(tx, refundId, caller.MaySee) is not { } taken)
                    return Refusals.NotFound;
                if (caller.Stale(taken.Refund.Version) is { } stale)
                    return stale;
                var decided = await decide(tx, caller, taken, request);
                if (decided.Refused(out var refusal))
                    return refusal;
                return RefundView.Of(decided.Value, await RedLetterGate.Closed(tx, decided.Value));
            }
        );
    }

    static async Task<Outcome<RefundRow>> Approve(Tx tx, Caller caller, TakenRefund taken, Request request)
    {
        if (taken.Refund.State is not RefundStatus.AwaitingApproval)
            return Refusals.WrongRefundStatus;
        if (taken.Refund.RequestedBy == caller.Actor)
            return Refusals.SecondPersonNeeded;
        if (await Refunding.Frozen(tx, taken.Refund) is { } frozen)
            return frozen;
        return await Refunding.Approved(tx, taken, caller.Now) is { } approved ? approved : Refusals.WrongRefundStatus;
    }

    /// <summary>
    /// Only a refund that a person asked for, or made at the provider: what a rule gives back is not for one to keep,
    /// unless the money for it has gone another way. What has not, is promised anew.
    /// </summary>
    static async Task<Outcome<RefundRow>> Withdraw(Tx tx, Caller caller, TakenRefund taken, Request request)
    {
        var cause = Words.Parse<RefundCause>(taken.Refund.Because);
        var asked = cause is RefundCause.Goodwill or RefundCause.External;
        if (!asked && !await Refunding.IsOverdrawn(tx, taken.Refund, contested: false))
            return Refusals.WrongRefundStatus;
        var sentByProvider = taken.Refund is { State: RefundStatus.RefundDue, ByHand: 0 };
        if (sentByProvider || await Refunding.Withdraw(tx, taken, caller.Now) is not { } withdrawn)
            return Refusals.WrongRefundStatus;
        var payment = await PaymentTable.Get(tx, withdrawn.PaymentId);
        if (taken.Of.Reservation.State.IsSure())
            await Settle.Balance(tx, taken.Of with { Payment = payment }, caller.Now);
        else if (!asked)
            await Refunding.Request(
                tx,
                payment,
                Math.Min(withdrawn.Amount, await Refunding.LeftOf(tx, withdrawn)),
                cause,
                withdrawn.Note,
                caller.Now
            );
        return withdrawn;
    }

    static async Task<Outcome<RefundRow>> Retry(Tx tx, Caller caller, TakenRefund taken, Request request)
    {
        if (taken.Refund.State is RefundStatus.RefundFailed && await Refunding.Frozen(tx, taken.Refund) is { } frozen)
            return frozen;
        // The failure stays noted until it succeeds: the provider is asked under another key than the one that failed.
        if (await RefundTable.Move(tx, taken.Refund, RefundTrigger.Retry, caller.Now) is not { } again)
            return Refusals.WrongRefundStatus;
        await Refunding.AskProvider(tx, again, caller.Now);
        return again;
    }

    static async Task<Outcome<RefundRow>> Bounce(Tx tx, Caller caller, TakenRefund taken, Request request) =>
        taken.Refund is { ByHand: 1, AppliedTo: null, State: RefundStatus.Refunded or RefundStatus.ManualPayout }
        && await Refunding.Failed(tx, taken, request.Reason?.Trim() ?? "returned by the bank", caller.Now) is { } failed
            ? failed
            : Refusals.WrongRefundStatus;
}
