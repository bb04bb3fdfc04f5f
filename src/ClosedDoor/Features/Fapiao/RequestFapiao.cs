using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>A company asks for the fapiao of what it has paid for its seat.</summary>
public static class RequestFapiao
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/payments/{paymentId}/fapiao", Handle)
            .Named("RequestFapiao", "Ask for the fapiao of a payment")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<FapiaoView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.WrongPaymentStatus,
                Refusals.FapiaoProfileMissing,
                Refusals.FapiaoRequested
            );

    static async Task<IResult> Handle(string paymentId, Caller caller, Database db) =>
        (await Execute(db, caller, paymentId)).ToCreated(fapiao => $"/api/v1/fapiaos/{fapiao.Id}");

    static Task<Outcome<FapiaoView>> Execute(Database db, Caller caller, string paymentId) =>
        db.Write<FapiaoView>(
            caller,
            async tx =>
            {
                if (await PaymentTable.Lock(tx, paymentId, caller.MaySee) is not { } locked)
                    return Refusals.NotFound;
                if (!locked.Payment.State.IsSettled())
                    return Refusals.WrongPaymentStatus;
                if (await FapiaoProfileRow.Find(tx, locked.Payment.CompanyId) is not { } profile)
                    return Refusals.FapiaoProfileMissing;
                var amount = await Refundable.PaidForSeat(tx, paymentId);
                if (amount == 0)
                    return Refusals.WrongPaymentStatus; // All of it was refunded, though the seat is kept.
                return await FapiaoTable.Add(tx, locked.Payment, profile.Details, amount, caller.Now) is { } row
                    ? await FapiaoView.Of(tx, row)
                    : Refusals.FapiaoRequested;
            }
        );
}
