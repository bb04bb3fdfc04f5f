using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A person says for which payments one transfer is, and how much of it for each.</summary>
public static class SplitBankLine
{
    const int MostParts = 10;

    public sealed record Request(Part[]? Parts);

    public sealed record Part(string? PaymentId, MoneyView? Amount);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/bank-lines/{lineId}/split", Handle)
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
                new Request([
                    new("pay_01hf7yat00e04awxx9ykvpxjmm", new MoneyView(3_880_000, "CNY")),
                    new("pay_01hf7yat00e04awxx9ykvpxjmn", new MoneyView(3_880_000, "CNY")),
                ])
            );

    static async Task<IResult> Handle(string lineId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, lineId, request)).ToOk();

    static async Task<Outcome<BankLineView>> Execute(Database db, Caller caller, string lineId, Request request)
    {
        var malformed = new FieldErrors();
        var parts = Checked(malformed, request.Parts ?? []);
        if (malformed.Refusal is { } invalid)
            return invalid;
        return await BankLineDecision.Make(
            db,
            caller,
            lineId,
            async (tx, line) =>
            {
                var errors = new FieldErrors();
                var whole = Money.Cny(line.Amount);
                if (parts.Sum(part => part.Amount) != line.Amount)
                    errors.Add("parts", $"各项之和应为 {whole}。", $"The parts must add up to {whole}.");
                return await PlaceBankLine.For(tx, line, parts, errors, caller.Now);
            }
        );
    }

    static List<PlaceBankLine.Part> Checked(FieldErrors errors, Part[] asked)
    {
        if (asked.Length is < 2 or > MostParts)
            errors.Add("parts", $"应有 2 至 {MostParts} 项。", $"2 to {MostParts} parts.");
        var parts = new List<PlaceBankLine.Part>();
        foreach (var (part, at) in asked.Take(MostParts).Select((part, at) => ((Part?)part, at)))
        {
            var field = $"parts[{at}].paymentId";
            parts.Add(
                new(
                    field,
                    errors.Text(field, part?.PaymentId, 60),
                    errors.Fen($"parts[{at}].amount", part?.Amount, MoneyView.LargestTransfer)
                )
            );
        }
        if (parts.DistinctBy(part => part.PaymentId).Count() < parts.Count)
            errors.Add("parts", "同一付款只能出现一次。", "Each payment once.");
        return parts;
    }
}
