using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>
/// A person says for which payment, or payments, money is that could not be placed. It leaves suspense and is settled
/// there, in one transaction: in whatever amount, and however late, as <see cref="Settle.Money"/> has it.
/// </summary>
public static class MatchBankLine
{
    const int MostParts = 10;

    public sealed record Request(string? PaymentId);

    public sealed record SplitRequest(SplitPart[]? Parts);

    public sealed record SplitPart(string? PaymentId, MoneyView? Amount);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/bank-lines/{lineId}/match",
                async (string lineId, Request request, Caller caller, Database db) =>
                    (await Match(db, caller, lineId, request)).ToOk()
            )
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
        api.MapPost(
                "/bank-lines/{lineId}/split",
                async (string lineId, SplitRequest request, Caller caller, Database db) =>
                    (await Split(db, caller, lineId, request)).ToOk()
            )
            .Named("SplitBankLine", "Take money for several payments")
            .RequireAuthorization(Policy.Finance)
            .Answers<BankLineView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongBankLineStatus,
                Refusals.BankSerialRecorded
            )
            .Example(
                new SplitRequest([
                    new("pay_01hf7yat00e04awxx9ykvpxjmm", new MoneyView(3_880_000, "CNY")),
                    new("pay_01hf7yat00e04awxx9ykvpxjmn", new MoneyView(3_880_000, "CNY")),
                ])
            );
    }

    static Task<Outcome<BankLineView>> Match(Database db, Caller caller, string lineId, Request request)
    {
        var errors = new FieldErrors();
        var paymentId = errors.Text("paymentId", request.PaymentId, 60);
        return errors.Refusal is { } invalid
            ? Task.FromResult<Outcome<BankLineView>>(invalid)
            : Execute(db, caller, lineId, [(paymentId, null)], _ => "paymentId");
    }

    static Task<Outcome<BankLineView>> Split(Database db, Caller caller, string lineId, SplitRequest request)
    {
        var errors = new FieldErrors();
        var parts = new List<(string PaymentId, long? Amount)>();
        if (request.Parts is not { Length: >= 2 and <= MostParts })
            errors.Add("parts", $"应有 2 至 {MostParts} 项。", $"2 to {MostParts} parts.");
        foreach (var (part, at) in (request.Parts ?? []).Take(MostParts).Select((part, at) => (part, at)))
        {
            var paymentId = errors.Text($"parts[{at}].paymentId", part?.PaymentId, 60);
            if (part?.Amount is null)
                errors.Add($"parts[{at}].amount", "必填。", "Required.");
            else if (part.Amount.Currency != "CNY")
                errors.Add($"parts[{at}].amount.currency", "目前仅支持 CNY。", "Only CNY is taken.");
            var amount = errors.Within($"parts[{at}].amount.amount", part?.Amount?.Amount ?? 1, 1, 1_000_000_000_00);
            parts.Add((paymentId, amount));
        }
        if (parts.DistinctBy(part => part.PaymentId).Count() < parts.Count)
            errors.Add("parts", "同一付款只能出现一次。", "Each payment once.");
        return errors.Refusal is { } invalid
            ? Task.FromResult<Outcome<BankLineView>>(invalid)
            : Execute(db, caller, lineId, parts, at => $"parts[{at}].paymentId");
    }

    /// <param name="parts">Null takes the whole amount.</param>
    /// <param name="pathOf">Where the request names a part's payment.</param>
    static Task<Outcome<BankLineView>> Execute(
        Database db,
        Caller caller,
        string lineId,
        List<(string PaymentId, long? Amount)> parts,
        Func<int, string> pathOf
    ) =>
        BankLineDecision.Make(
            db,
            caller,
            lineId,
            async (tx, line) =>
            {
                if (!line.IsUnplaced)
                    return Refusals.WrongBankLineStatus;
                var errors = new FieldErrors();
                if (parts.Sum(part => part.Amount ?? line.Amount) != line.Amount)
                    errors.Add(
                        "parts",
                        $"各项之和应为 {Money.Cny(line.Amount)}。",
                        $"The parts must add up to {Money.Cny(line.Amount)}."
                    );
                for (var at = 0; at < parts.Count; at++)
                {
                    if (
                        await tx.Find<string>(
                            "SELECT id FROM payment WHERE id = @PaymentId",
                            new { parts[at].PaymentId }
                        )
                        is null
                    )
                        errors.Add(pathOf(at), "没有该付款。", "There is no such payment.");
                }
                if (errors.Refusal is { } invalid)
                    return invalid;

                await LedgerTable.Post(
                    tx,
                    Posting.SuspenseMatched(line.Amount),
                    line.Id,
                    LedgerScope.Nobody,
                    line.Currency,
                    caller.Now
                );
                for (var at = 0; at < parts.Count; at++)
                {
                    var (paymentId, amount) = parts[at];
                    var taken = (await PaymentTable.Take(tx, paymentId))!;
                    // A receipt is one payment's: the parts of a line share its serial, and are told apart by a number.
                    var serial = parts.Count == 1 ? line.Serial : $"{line.Serial}#{at + 1}";
                    var money = new MoneyReceived(
                        PaymentMethod.BankTransfer,
                        line.Account,
                        serial,
                        amount ?? line.Amount,
                        line.PayerName,
                        line.PayerAccount,
                        line.ReceivedOn
                    );
                    if (await Settle.Money(tx, taken, money, caller.Now) is null)
                        return Refusals.BankSerialRecorded;
                    await BankLineTable.AddPart(tx, line.Id, at + 1, paymentId, money.Amount);
                }
                return await BankLineTable.Move(tx, line, BankLineStatus.Matched, null, caller.Now) is { } matched
                    ? matched
                    : Refusals.WrongBankLineStatus;
            }
        );
}
