using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments.Refunds;

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
        MapOne(api, "withdraw", "WithdrawRefund", "Withdraw a refund that has not left", Withdraw)
            .WithDescription(
                "What a person gave (goodwill) goes back no more. What a rule gives back is not anybody's to keep, and cannot be withdrawn. When its money goes another way, because somebody refunds it at the provider or the buyer's bank takes it back, it is withdrawn by itself, and what is still due is promised anew, as another refund of the same payment, which GET /refunds?paymentId= shows. A refund that the provider may be sending at this moment cannot be withdrawn."
            );
        MapOne(api, "retry", "RetryRefund", "Send a refund that failed once more", Retry)
            .WithDescription(
                "For a refund that is refund_failed. One that stays refund_due because the provider fails, and repeats that failure for a day, needs no retry: it is asked for anew by itself once the provider has forgotten and lists nothing of it, after a day at the latest. Who cannot wait makes it in the provider's dashboard, which shows whether it has left after all; it is then withdrawn here and not paid twice."
            );
        MapOne(api, "bounce", "BounceRefund", "Note that the bank has returned a payout", Bounce);
    }

    static RouteHandlerBuilder MapOne(
        IEndpointRouteBuilder api,
        string verb,
        string operationId,
        string summary,
        Func<Tx, Caller, LockedRefund, Request, Task<Outcome<RefundRow>>> decide
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
        Func<Tx, Caller, LockedRefund, Request, Task<Outcome<RefundRow>>> decide
    )
    {
        var errors = new FieldErrors();
        errors.OptionalLines("reason", request.Reason, 200);
        return errors.Refusal is { } invalid
            ? invalid
            : await RefundDecision.Make(db, caller, refundId, (tx, locked) => decide(tx, caller, locked, request));
    }

    static async Task<Outcome<RefundRow>> Approve(Tx tx, Caller caller, LockedRefund locked, Request request)
    {
        if (locked.Refund.State is not RefundStatus.AwaitingApproval)
            return Refusals.WrongRefundStatus;
        if (await Person.IsBehind(tx, caller, locked.Refund.RequestedBy))
            return Refusals.SecondPersonNeeded;
        if (await Refundable.Frozen(tx, locked.Refund) is { } frozen)
            return frozen;
        return await Refunding.Approved(tx, locked, caller.Now) is { } approved ? approved : Refusals.WrongRefundStatus;
    }

    static async Task<Outcome<RefundRow>> Withdraw(Tx tx, Caller caller, LockedRefund locked, Request request)
    {
        if (
            locked.Refund is not { IsGift: true, Asked: 0 } gift // Asked, the provider may be sending it.
            || await Refunding.Withdraw(tx, locked.Of.Payment, gift, caller.Now) is not { } withdrawn
        )
            return Refusals.WrongRefundStatus;
        await Settle.Balance(tx, locked.Of, caller.Now);
        return withdrawn;
    }

    static async Task<Outcome<RefundRow>> Retry(Tx tx, Caller caller, LockedRefund locked, Request request)
    {
        if (locked.Refund.State is not RefundStatus.RefundFailed)
            return Refusals.WrongRefundStatus;
        // What took two people is not sent again by the one who asked for it.
        if (locked.Refund.ApprovedBy is not null && await Person.IsBehind(tx, caller, locked.Refund.RequestedBy))
            return Refusals.SecondPersonNeeded;
        if (await Refundable.Frozen(tx, locked.Refund) is { } frozen)
            return frozen;
        // The failure stays noted until it succeeds: the provider is asked under another key than the one that failed.
        if (await RefundTable.Transition(tx, locked.Refund, RefundTrigger.Retry, caller.Now) is not { } again)
            return Refusals.WrongRefundStatus;
        await Refunding.AskProvider(tx, again, caller.Now);
        return again;
    }

    static async Task<Outcome<RefundRow>> Bounce(Tx tx, Caller caller, LockedRefund locked, Request request) =>
        locked.Refund is { ByHand: 1, AppliedTo: null, State: RefundStatus.Refunded or RefundStatus.ManualPayout }
        && await Refunding.Failed(tx, locked, request.Reason?.Trim() ?? "returned by the bank", caller.Now)
            is { } failed
            ? failed
            : Refusals.WrongRefundStatus;
}
