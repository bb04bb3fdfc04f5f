using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments.Refunds;

/// <summary>
/// Refunds in the order in which they were made. A company sees its own; <c>?status=refund_failed</c> is finance's queue
/// of those that came back, <c>?status=awaiting_approval</c> what waits for a second person.
/// </summary>
public static class ListRefunds
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/refunds", Handle)
            .Named("ListRefunds", "List refunds")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<RefundView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(
        Caller caller,
        Database db,
        string? sessionId,
        string? paymentId,
        string? status,
        int? limit,
        string? cursor
    ) => (await Execute(db, caller, sessionId, paymentId, status, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<RefundView>>> Execute(
        Database db,
        Caller caller,
        string? sessionId,
        string? paymentId,
        string? status,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<RefundStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var where = "id > @after";
        if (sessionId is not null)
            where += " AND session_id = @sessionId";
        if (paymentId is not null)
            where += " AND payment_id = @paymentId";
        if (status is not null)
            where += " AND status = @status";
        if (!caller.IsStaff)
            where += " AND company_id = @CompanyId";
        var rows = await db.Read(read =>
            read.All<RefundRow>(
                $"SELECT * FROM refund WHERE {where} ORDER BY id LIMIT @most",
                new
                {
                    after,
                    sessionId,
                    paymentId,
                    status,
                    caller.CompanyId,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, row => RefundView.Of(row));
    }
}
