using ClosedDoor.Domain;
using ClosedDoor.Features.BankStatements;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>
/// Finance records money that has arrived. It is a fact, so it is never refused for coming late or in the wrong amount:
/// what it makes of the payment, <see cref="Settle.Money"/> says.
/// </summary>
public static class ReceiveTransfer
{
    public sealed record Request(
        string? BankSerial,
        MoneyView? Amount,
        string? PayerName,
        LocalDate? ReceivedOn,
        string? PayerAccount = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/payments/{paymentId}/receive", Handle)
            .Named("ReceiveTransfer", "Record money that has arrived by bank transfer")
            .RequireAuthorization(Policy.Finance)
            .Answers<PaymentView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.BankSerialRecorded,
                Refusals.PaymentMethodUnavailable
            )
            .Example(
                new Request(
                    "2027030100001",
                    new MoneyView(3_880_000, "CNY"),
                    "示例企业一",
                    new LocalDate(2027, 2, 20),
                    "6222000000000000"
                )
            );

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
        var (serial, receivedOn) = PaidByBank.Read(
            errors,
            request.BankSerial,
            request.ReceivedOn,
            "receivedOn",
            caller.Now
        );
        var payerName = errors.Text("payerName", request.PayerName, 100);
        var payerAccount = errors.OptionalText("payerAccount", request.PayerAccount, 40);
        var amount = errors.Fen("amount", request.Amount, MoneyView.LargestTransfer);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<PaymentView>(
            caller,
            async tx =>
            {
                if (PayeeView.From(tx.Settings) is not { } payee)
                    return Refusals.PaymentMethodUnavailable;
                if (await PaymentTable.Lock(tx, paymentId, caller.MaySee) is not { } locked)
                    return Refusals.NotFound;
                if (caller.Stale(locked.Payment.Version) is { } stale)
                    return stale;
                var money = new MoneyReceived(
                    PaymentMethod.BankTransfer,
                    payee.Account,
                    serial,
                    amount,
                    payerName,
                    payerAccount,
                    receivedOn
                );
                // What a bank statement told of already, and be it in the queue, is not counted again.
                var line = await BankLineTable.Add(
                    tx,
                    payee.Account,
                    new(serial, amount, receivedOn, payerName, payerAccount, ""),
                    BankLineStatus.Confirmed,
                    null,
                    null,
                    caller.Now
                );
                if (line is null)
                    return Refusals.BankSerialRecorded;
                await BankLineTable.AddPart(tx, line.Id, 1, locked.Payment.Id, amount);
                if (await Settle.Money(tx, locked, money, caller.Now) is not { } payment)
                    return Refusals.BankSerialRecorded;
                return PaymentView.Of(payment, payee, caller.Now);
            }
        );
    }
}
