using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>Payments that a buyer's bank contests, with the day by which evidence must be with the provider.</summary>
public static class ListDisputes
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/disputes", Handle)
            .Named("ListDisputes", "List disputes")
            .RequireAuthorization(Policy.Finance)
            .Answers<Page<DisputeView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(Database db, string? status, int? limit, string? cursor) =>
        (await Execute(db, status, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<DisputeView>>> Execute(Database db, string? status, Paging paging)
    {
        var errors = new FieldErrors();
        errors.OptionalWord<DisputeStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        var where = status is null ? "" : "AND status = @status";
        var rows = await db.Read(read =>
            read.All<DisputeRow>(
                $"{DisputeRow.Select} WHERE id > @after {where} ORDER BY id LIMIT @most",
                new
                {
                    after,
                    status,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, DisputeView.Of);
    }
}

/// <param name="CameBack">
/// What of the amount is here again: all of it once it was won; of a lost one the part that the bank has given back.
/// </param>
/// <param name="Reason">In the provider's words.</param>
/// <param name="EvidenceDueAt">By when evidence must be with the provider; null when it wants none.</param>
public sealed record DisputeView(
    string Id,
    string PaymentId,
    DisputeStatus Status,
    string Reason,
    MoneyView Amount,
    MoneyView CameBack,
    Instant? EvidenceDueAt,
    Instant OpenedAt
)
{
    internal static DisputeView Of(DisputeRow row) =>
        new(
            row.Id,
            row.PaymentId,
            row.State,
            row.Reason,
            new MoneyView(row.Amount, row.Currency),
            new MoneyView(row.CameBack, row.Currency),
            row.EvidenceDueAt,
            row.OpenedAt
        );
}
