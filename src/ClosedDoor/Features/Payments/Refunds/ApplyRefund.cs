using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// Money that is to go back stays here instead, for another reservation of the same company, because the company asks
/// for that: the next session in place of a refund. What came by bank, until finance has paid it; what came by card and
/// found no seat, until the provider is asked. It keeps the name under which it came, so that it goes back where it came
/// from, and is contested where it is.
/// </summary>
public static class ApplyRefund
{
    /// <summary>What the serial of a receipt begins with that no bank has given. The refund's id follows.</summary>
    internal const string Serial = "applied:";

    /// <param name="Letter">What the company asks with: its number or date, as it is filed.</param>
    public sealed record Request(string? PaymentId, string? Letter);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/refunds/{refundId}/apply",
                async (string refundId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, refundId, request)).ToOk()
            )
            .Named("ApplyRefund", "Take money that is to go back for another payment of its company")
            .WithDescription(
                "At its company's written wish, money that is to go back stays here and pays for another reservation of the same company that awaits payment: the next session instead of a refund. The refund is then refunded, with appliedTo; the other payment has received the amount, and is confirmed, underpaid or overpaid by it. letter names what the company asked with, as it is filed. Of money that came by bank, what a rule gives back can be taken so (no_seat, overpaid, policy, session_cancelled) until finance has paid it; of money that came by card, what found no seat, until offeredUntil of the refund. A checkout that is open is closed for it, and the money must then be the whole price."
            )
            .RequireAuthorization(Policy.Finance)
            .Answers<RefundView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongRefundStatus,
                Refusals.WrongPaymentStatus,
                Refusals.RedLetterNeeded,
                Refusals.RefundTooLarge
            )
            .Example(new Request("pay_01hf7yat00e04awxx9ykvpxjmm", "转场函 2027-03-01"));

    public static async Task<Outcome<RefundView>> Execute(Database db, Caller caller, string refundId, Request request)
    {
        var errors = new FieldErrors();
        var paymentId = errors.Text("paymentId", request.PaymentId, 60);
        var letter = errors.Text("letter", request.Letter, 100);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<RefundView>(
            caller,
            async tx =>
            {
                if (await Both(tx, refundId, paymentId, caller) is not { } both)
                    return Refusals.NotFound;
                var (from, to) = both;
                if (
                    to is null
                    || to.Payment.CompanyId != from.Refund.CompanyId
                    || to.Payment.Id == from.Refund.PaymentId
                )
                {
                    var other = new FieldErrors();
                    other.Add("paymentId", "该企业没有这笔付款。", "The company has no such other payment.");
                    return other.Refusal!;
                }
                if (caller.Stale(from.Refund.Version) is { } stale)
                    return stale;
                if (!MayApply(from.Refund))
                    return Refusals.WrongRefundStatus;
                if (!MayTake(to, from.Refund.Amount, caller.Now))
                    return Refusals.WrongPaymentStatus;
                if (await RedLetterGate.Closed(tx, from.Refund) is { } gate)
                    return gate;
                if (await Refundable.Frozen(tx, from.Refund) is { } frozen)
                    return frozen;
                if (await Refunding.Applied(tx, from, to.Payment.Id, letter, caller.Now) is not { } applied)
                    return Refusals.WrongRefundStatus;

                // Should it go back in the end, then to the account that paid in the beginning.
                var first = await tx.Get<Came>(
                    "SELECT account, serial, origin, payer_name, payer_account FROM receipt WHERE id = @ReceiptId",
                    new { applied.ReceiptId }
                );
                var money = new MoneyReceived(
                    applied.Way,
                    first.Account,
                    Serial + applied.Id,
                    applied.Amount,
                    first.PayerName,
                    first.PayerAccount,
                    Zones.Today(caller.Now),
                    Origin: first.Origin ?? first.Serial
                );
                // The refund's payments may have changed the target's session: it is read as it is now.
                if (await Settle.Money(tx, (await PaymentTable.Lock(tx, to.Payment.Id))!, money, caller.Now) is null)
                    throw new InvalidOperationException($"Refund {applied.Id} was applied twice.");
                return RefundView.Of(applied);
            }
        );
    }

    /// <summary>
    /// What a rule gives back, and the provider has not been asked for. What a person gave may need a second one: that is
    /// not got round here.
    /// </summary>
    static bool MayApply(RefundRow refund) =>
        refund.State.After(RefundTrigger.Apply) is not null
        && (
            refund.Way is PaymentMethod.BankTransfer
                ? refund.ByHand == 1
                    && Words.Parse<RefundCause>(refund.Because)
                        is RefundCause.NoSeat
                            or RefundCause.Overpaid
                            or RefundCause.Policy
                            or RefundCause.SessionCancelled
                : refund is { ByHand: 0, OfferedUntil: not null }
        );

    /// <summary>
    /// A transfer that is awaited takes what it gets. A checkout is closed for it, so the money must be the whole price; and
    /// one whose own money may be under way is left alone.
    /// </summary>
    static bool MayTake(LockedPayment to, long amount, Instant now) =>
        !to.Reservation.HasLapsed(now)
        && (
            to.Payment.Way is PaymentMethod.BankTransfer
                ? to.Payment.State is PaymentStatus.AwaitingTransfer or PaymentStatus.Underpaid
                : to.Payment.State is PaymentStatus.Opening or PaymentStatus.Open
                    && to.Reservation.Ending is null
                    && to.Payment.Received + amount >= to.Payment.Amount
        );

    /// <summary>Both with their sessions locked, always in the same order: two that cross would wait for each other.</summary>
    static async Task<(LockedRefund From, LockedPayment? To)?> Both(
        Tx tx,
        string refundId,
        string paymentId,
        Caller caller
    )
    {
        if (await RefundTable.Find(tx, refundId) is not { } refund)
            return null;
        var sessionId = await tx.Find<string>(
            "SELECT session_id FROM payment WHERE id = @paymentId",
            new { paymentId }
        );
        if (sessionId is not null && string.CompareOrdinal(sessionId, refund.SessionId) < 0)
            await PaymentTable.Lock(tx, paymentId, caller.MaySee);
        if (await Refunding.Lock(tx, refundId, caller.MaySee) is not { } from)
            return null;
        return (from, sessionId is null ? null : await PaymentTable.Lock(tx, paymentId, caller.MaySee));
    }

    sealed record Came
    {
        public string Account { get; init; } = "";
        public string Serial { get; init; } = "";
        public string? Origin { get; init; }
        public string PayerName { get; init; } = "";
        public string? PayerAccount { get; init; }
    }
}
