using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// Finance gives a part of a payment back. It says nothing about the seat: to take that away too, the reservation is
/// cancelled, which refunds by itself.
/// </summary>
public static class RequestRefund
{
    public sealed record Request(MoneyView? Amount, string? Reason);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/payments/{paymentId}/refunds", Handle)
            .Named("RequestRefund", "Refund a part of a payment")
            .RequireAuthorization(Policy.Finance)
            .Answers<RefundView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongPaymentStatus,
                Refusals.RefundTooLarge
            )
            .Example(new Request(new MoneyView(388_000, "CNY"), "茶歇取消，退还部分费用"));

    static async Task<IResult> Handle(string paymentId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, paymentId, request)).ToCreated(refund => $"/api/v1/refunds/{refund.Id}");

    public static async Task<Outcome<RefundView>> Execute(Database db, Caller caller, string paymentId, Request request)
    {
        var errors = new FieldErrors();
        var amount = errors.Fen("amount", request.Amount, MoneyView.LargestTransfer);
        var reason = errors.Lines("reason", request.Reason, 200);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<RefundView>(
            caller,
            async tx =>
            {
                if (await PaymentTable.Lock(tx, paymentId, caller.MaySee) is not { } locked)
                    return Refusals.NotFound;
                var payment = locked.Payment;
                if (caller.Stale(payment.Version) is { } stale)
                    return stale;
                if (
                    payment.State
                    is not (
                        PaymentStatus.Confirmed
                        or PaymentStatus.Overpaid
                        or PaymentStatus.RefundDue
                        or PaymentStatus.Refunded
                        or PaymentStatus.Forfeited
                    )
                )
                    return Refusals.WrongPaymentStatus;
                var refundable = await Refundable.Of(tx, payment.Id);
                if (amount > refundable)
                    return Refusals.RefundTooLarge.Because(
                        $"至多可退 {Money.Cny(refundable)}。",
                        $"At most {Money.Cny(refundable)} may be refunded."
                    );
                if (locked.Reservation.State.IsSure() && amount >= await Refundable.PaidForSeat(tx, payment.Id))
                    return Refusals.RefundTooLarge.Because(
                        "席位仍然有效，不能全额退款；请取消预订。",
                        "The seat is kept, so not everything goes back: cancel the reservation instead."
                    );
                var made = await Refunding.Request(tx, payment, new(amount, RefundCause.Goodwill, reason), caller.Now);
                return RefundView.Of(
                    made[0],
                    await RedLetterGate.Closed(tx, made[0]),
                    [.. made.Skip(1).Select(refund => refund.Id)]
                );
            }
        );
    }
}
