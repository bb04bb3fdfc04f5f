using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Payments;

/// <summary>Payments in the order in which they were asked for. A company sees its own.</summary>
public static class ListPayments
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/payments", Handle)
            .Named("ListPayments", "List payments")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<PaymentView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(
        Caller caller,
        Database db,
        Settings settings,
        string? sessionId,
        string? status,
        int? limit,
        string? cursor
    ) => (await Execute(db, settings, caller, sessionId, status, new Paging(limit, cursor))).ToOk();

    /// <summary>As <see cref="PaymentRow.StateAt"/> says: a payment is listed under the state that it reads as.</summary>
    static readonly string StatusAt = $"""
        CASE WHEN {PaymentStates.AwaitsTransfer} AND EXISTS (SELECT 1 FROM reservation
                WHERE reservation.id = payment.reservation_id AND reservation.hold_expires_at <= @now)
            THEN CASE WHEN payment.status = 'underpaid' THEN 'refund_due' ELSE 'expired' END
            ELSE payment.status END
        """;

    public static async Task<Outcome<Page<PaymentView>>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        string? sessionId,
        string? status,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<PaymentStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var where = "WHERE payment.id > @after";
        if (sessionId is not null)
            where += " AND payment.session_id = @sessionId";
        if (!caller.IsStaff)
            where += " AND payment.company_id = @CompanyId";
        if (status is not null)
            where += $" AND {StatusAt} = @status";
        var rows = await db.Read(read =>
            read.All<PaymentRow>(
                $"{PaymentRow.Select} {where} ORDER BY payment.id LIMIT @most",
                new
                {
                    after,
                    sessionId,
                    caller.CompanyId,
                    status,
                    now = caller.Now,
                    most = paging.Most,
                }
            )
        );
        var payee = PayeeView.From(settings) ?? PayeeView.Unset;
        return paging.Cut(rows, row => row.Id, row => PaymentView.Of(row, payee, caller.Now));
    }
}
