using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <summary>The benefits ledger: what each guest received, from whom, held against the rules before it is written.</summary>
public static class Benefits
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

    public static void Map(IEndpointRouteBuilder api)
    {
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
        api.MapGet(
                "/sessions/{sessionId}/benefits",
                async (string sessionId, Database db, int? limit, string? cursor) =>
                    (await List(db, sessionId, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListBenefits", "List the benefits ledger")
            .RequireAuthorization(Policy.Organizer)
            .Answers<Page<BenefitView>>()
            .Refuses(Refusals.InvalidCursor);
        api.MapPost(
                "/benefits/{benefitId}/void",
                async (string benefitId, Caller caller, Database db) => (await Void(db, caller, benefitId)).ToOk()
            )
            .Named("VoidBenefit", "Strike a line of the benefits ledger out")
            .RequireAuthorization(Policy.Organize)
            .Answers<BenefitView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);
    }

    static async Task<IResult> Handle(string sessionId, Request request, Caller caller, Database db) =>
        (await Record(db, caller, sessionId, request)).ToCreated(line => $"/api/v1/sessions/{line.SessionId}/benefits");

    static async Task<Outcome<BenefitView>> Record(Database db, Caller caller, string sessionId, Request request)
    {
        var errors = new FieldErrors();
        var kind = errors.OptionalWord<BenefitKind>("kind", request.Kind ?? "");
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
                if (
                    BenefitRules.Check(invitation.GuestKind, payer!, invitation.ApprovalSha256 is not null, tied) is
                    { } forbidden
                )
                    return forbidden;
                var row = new BenefitRow
                {
                    Id = TypeId.New("ben", caller.Now),
                    SessionId = sessionId,
                    InvitationId = invitation.Id,
                    Kind = kind!.Value.Word(),
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

    static async Task<Outcome<Page<BenefitView>>> List(Database db, string sessionId, Paging paging)
    {
        if (paging.After(1, out var after) is { } noCursor)
            return noCursor;
        var rows = await db.Read(read =>
            read.All<BenefitRow>(
                $"{BenefitRow.Select} WHERE session_id = @sessionId AND id > @after ORDER BY id LIMIT @most",
                new
                {
                    sessionId,
                    after = after?[0] ?? "",
                    most = paging.Size + 1L,
                }
            )
        );
        var page = paging.Cut(rows, row => [row.Id]);
        return new Page<BenefitView>([.. page.Items.Select(BenefitView.Of)], page.NextCursor);
    }

    static Task<Outcome<BenefitView>> Void(Database db, Caller caller, string benefitId) =>
        db.Write<BenefitView>(
            caller,
            async tx =>
            {
                if (
                    await tx.Find<BenefitRow>(
                        $"{BenefitRow.Select} WHERE id = @benefitId {tx.ForUpdate}",
                        new { benefitId }
                    )
                    is not { } row
                )
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (!await BenefitTable.Void(tx, row, caller.Now))
                    return Refusals.NotFound;
                return BenefitView.Of(row with { VoidedAt = caller.Now, Version = row.Version + 1 });
            }
        );
}

/// <summary>A line of the benefits ledger.</summary>
public sealed record BenefitView(
    string Id,
    string SessionId,
    string InvitationId,
    BenefitKind Kind,
    MoneyView Amount,
    string PayerName,
    string PayerUscc,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note,
    Instant RecordedAt,
    Instant? VoidedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static BenefitView Of(BenefitRow row) =>
        new(
            row.Id,
            row.SessionId,
            row.InvitationId,
            Words.Parse<BenefitKind>(row.Kind),
            new MoneyView(row.Amount, row.Currency),
            row.PayerName,
            row.PayerUscc,
            row.Note,
            row.RecordedAt,
            row.VoidedAt,
            row.Version
        );
}
