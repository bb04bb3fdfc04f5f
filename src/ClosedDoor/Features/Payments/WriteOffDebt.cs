using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments;

/// <summary>Finance gives up what a company still owes for a payment that its bank has taken back.</summary>
public static class WriteOffDebt
{
    public sealed record Request(string? Reason);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/payments/{paymentId}/write-off", Handle)
            .Named("WriteOffDebt", "Write off what is owed for a payment that was charged back")
            .WithDescription(
                "Gives up what a lost dispute has left owing. A seat that is kept is settled by that, and the payment confirmed. What is paid for the debt after all is booked as recovered, and does not go back."
            )
            .RequireAuthorization(Policy.Finance)
            .Answers<PaymentView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongPaymentStatus)
            .Example(new Request("争议败诉，无法追回"));

    static async Task<IResult> Handle(string paymentId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, paymentId, request)).ToOk();

    public static async Task<Outcome<PaymentView>> Execute(
        Database db,
        Caller caller,
        string paymentId,
        Request request
    )
    {
        var errors = new FieldErrors();
        errors.Lines("reason", request.Reason, 200);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<PaymentView>(
            caller,
            async tx =>
            {
                if (await PaymentTable.Lock(tx, paymentId, caller.MaySee) is not { } locked)
                    return Refusals.NotFound;
                var payment = locked.Payment;
                if (caller.Stale(payment.Version) is { } stale)
                    return stale;
                var owed = await LedgerTable.Owed(tx, payment.Id);
                if (payment.State is not PaymentStatus.ChargedBack || owed == 0)
                    return Refusals.WrongPaymentStatus;
                await LedgerTable.Post(
                    tx,
                    Posting.WriteOff(owed),
                    payment.Id,
                    LedgerScope.Of(payment),
                    payment.Currency,
                    caller.Now,
                    again: true
                );
                await tx.Record(
                    caller.Now,
                    new Change(payment.SessionId, "payment.written_off", payment.Id, After: new { owed })
                );
                payment = await Settle.Balance(tx, locked, caller.Now);
                return PaymentView.Of(payment, PayeeView.From(tx.Settings) ?? PayeeView.Unset, caller.Now);
            }
        );
    }
}
