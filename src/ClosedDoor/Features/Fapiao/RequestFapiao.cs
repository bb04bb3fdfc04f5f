using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>A company asks for the fapiao of what it has paid for its seat.</summary>
public static class RequestFapiao
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/payments/{paymentId}/fapiao",
                async (string paymentId, Caller caller, Database db) =>
                    (await Execute(db, caller, paymentId)).ToCreated(fapiao => $"/api/v1/fapiaos/{fapiao.Id}")
            )
            .Named("RequestFapiao", "Ask for the fapiao of a payment")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<FapiaoView>(201)
            .Refuses(
                Refusals.NotFound,
                Refusals.WrongPaymentStatus,
                Refusals.FapiaoProfileMissing,
                Refusals.FapiaoRequested
            );
        api.MapGet("/fapiaos", List)
            .Named("ListFapiaos", "List fapiaos")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<FapiaoView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);
        api.MapGet(
                "/fapiaos/{fapiaoId}",
                async (string fapiaoId, Caller caller, Database db) => (await Show(db, caller, fapiaoId)).ToOk()
            )
            .Named("ShowFapiao", "Show a fapiao")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<FapiaoView>()
            .Refuses(Refusals.NotFound);
    }

    static Task<Outcome<FapiaoView>> Execute(Database db, Caller caller, string paymentId) =>
        db.Write<FapiaoView>(
            caller,
            async tx =>
            {
                if (await PaymentTable.Take(tx, paymentId, caller.MaySee) is not { } taken)
                    return Refusals.NotFound;
                if (taken.Payment.State is not (PaymentStatus.Confirmed or PaymentStatus.Overpaid))
                    return Refusals.WrongPaymentStatus;
                if (await ProfileRow.Find(tx, taken.Payment.CompanyId) is not { } profile)
                    return Refusals.FapiaoProfileMissing;
                var amount = await Refundable.PaidForSeat(tx, taken.Payment);
                if (amount == 0)
                    return Refusals.WrongPaymentStatus; // All of it was refunded, though the seat is kept.
                return await FapiaoTable.Add(tx, taken.Payment, profile.Parsed, amount, caller.Now) is { } row
                    ? await FapiaoView.Of(tx, row)
                    : Refusals.FapiaoRequested;
            }
        );

    static async Task<Outcome<FapiaoView>> Show(Database db, Caller caller, string fapiaoId) =>
        await db.Read<Outcome<FapiaoView>>(async read =>
            await FapiaoRow.Find(read, fapiaoId) is { } row && caller.MaySee(row.CompanyId)
                ? await FapiaoView.Of(read, row)
                : Refusals.NotFound
        );

    static async Task<IResult> List(Caller caller, Database db, string? status, int? limit, string? cursor)
    {
        var errors = new FieldErrors();
        errors.OptionalWord<FapiaoStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return Answer.Refuse(invalid);
        var paging = new Paging(limit, cursor);
        if (paging.AfterId(out var after) is { } noCursor)
            return Answer.Refuse(noCursor);
        var where = "WHERE fapiao.id > @after";
        if (!caller.IsOrganizer)
            where += " AND fapiao.company_id = @CompanyId";
        if (status is not null)
            where += " AND fapiao.status = @status";
        return (
            await db.Read<Outcome<Page<FapiaoView>>>(async read =>
            {
                var rows = await read.All<FapiaoRow>(
                    $"{FapiaoRow.Select} {where} ORDER BY fapiao.id LIMIT @most",
                    new
                    {
                        after,
                        caller.CompanyId,
                        status,
                        most = paging.Most,
                    }
                );
                var page = paging.Cut(rows, row => [row.Id]);
                var views = new List<FapiaoView>();
                foreach (var row in page.Items)
                    views.Add(await FapiaoView.Of(read, row));
                return new Page<FapiaoView>(views, page.NextCursor);
            })
        ).ToOk();
    }
}
