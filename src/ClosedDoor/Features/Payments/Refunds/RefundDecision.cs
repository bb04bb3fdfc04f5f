using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>The frame of everything that finance decides about one refund: it is there, and as it was when it was read.</summary>
static class RefundDecision
{
    public static Task<Outcome<RefundView>> Make(
        Database db,
        Caller caller,
        string refundId,
        Func<Tx, LockedRefund, Task<Outcome<RefundRow>>> decide
    ) =>
        db.Write<RefundView>(
            caller,
            async tx =>
            {
                if (await Refunding.Lock(tx, refundId, caller.MaySee) is not { } locked)
                    return Refusals.NotFound;
                if (caller.Stale(locked.Refund.Version) is { } stale)
                    return stale;
                var decided = await decide(tx, locked);
                return decided.Refused(out var refusal)
                    ? refusal
                    : RefundView.Of(decided.Value, await RedLetterGate.Closed(tx, decided.Value));
            }
        );
}
