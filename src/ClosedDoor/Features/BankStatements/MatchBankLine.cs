using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A person says for which payment money is that could not be placed.</summary>
public static class MatchBankLine
{
    public sealed record Request(string? PaymentId);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-lines/{lineId}/match", Handle)
            .Named("MatchBankLine", "Take money for a payment")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongBankLineStatus,
                Refusals.BankSerialRecorded
            )
            .Example(new Request("pay_01hf7yat00e04awxx9ykvpxjmm"));

    static async Task<IResult> Handle(string lineId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, lineId, request)).ToOk();

    static async Task<Outcome<BankLineView>> Execute(Database db, Caller caller, string lineId, Request request)
    {
        var errors = new FieldErrors();
        var paymentId = errors.Text("paymentId", request.PaymentId, 60);
        if (errors.Refusal is { } invalid)
            return invalid;
        return await BankLineDecision.Make(
            db,
            caller,
            lineId,
            (tx, line) => PlaceBankLine.For(tx, line, [new("paymentId", paymentId, line.Amount)], new(), caller.Now)
        );
    }
}
