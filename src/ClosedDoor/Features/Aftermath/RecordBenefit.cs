using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>Enters into the benefits ledger what a guest received and from whom, held against the rules before it is written.</summary>
public static class RecordBenefit
{
    public sealed record Request(
        string? InvitationId,
        string? Kind,
        MoneyView? Amount,
        string? PayerName,
        string? PayerUscc,
        bool? TiedToPromotion,
        string? Note = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sessions/{sessionId}/benefits", Handle)
            .Named("RecordBenefit", "Record what a guest received")
            .RequireAuthorization(Policy.Organize)
            .Answers<BenefitView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.BenefitToOfficial,
                Refusals.PayerIsCompany,
                Refusals.BenefitForPromotion,
                Refusals.UnitApprovalMissing
            )
            .Example(
                new Request(
                    "inv_01khws5mbcf5rtnyjcg1a9w9j6",
                    "travel",
                    new MoneyView(86_000, "CNY"),
                    "示例学会",
                    "51110000500000001R",
                    false
                )
            );

    static async Task<IResult> Handle(string sessionId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, sessionId, request)).ToCreated(line =>
            $"/api/v1/sessions/{line.SessionId}/benefits"
        );

    public static async Task<Outcome<BenefitView>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var kind = errors.RequiredWord<BenefitKind>("kind", request.Kind);
        var payerName = errors.Text("payerName", request.PayerName, 100);
        var payer = errors.Parsed("payerUscc", SocialCreditCode.Parse(request.PayerUscc));
        var tied = errors.Required("tiedToPromotion", request.TiedToPromotion);
        var note = errors.OptionalLines("note", request.Note, 500);
        var amount = request.Amount?.Amount ?? 0;
        errors.Within("amount.amount", amount, 1, 100_000_000);
        if (request.Amount is { Currency: not "CNY" })
            errors.Add("amount.currency", "仅支持人民币。", "Only CNY.");
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<BenefitView>(
            caller,
            async tx =>
            {
                if (
                    await InvitationRow.Find(tx, request.InvitationId ?? "") is not { } invitation
                    || invitation.SessionId != sessionId
                )
                    return Refusals.NotFound;
                if (BenefitRules.Check(invitation.GuestKind, payer!, invitation.UnitApproved, tied) is { } forbidden)
                    return forbidden;
                var row = new BenefitRow
                {
                    Id = TypeId.New("ben", caller.Now),
                    SessionId = sessionId,
                    InvitationId = invitation.Id,
                    Kind = kind.Word(),
                    Amount = amount,
                    Currency = "CNY",
                    PayerName = payerName,
                    PayerUscc = payer!.Value,
                    Note = note,
                    RecordedBy = caller.Actor,
                    RecordedAt = caller.Now,
                };
                await BenefitTable.Add(tx, row, caller.Now);
                return BenefitView.Of(row);
            }
        );
    }
}
