using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Reservations;

/// <summary>Reservations in the order in which they were made. A company sees its own.</summary>
public static class ListReservations
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/reservations", Handle)
            .Named("ListReservations", "List reservations")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<ReservationView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(
        Caller caller,
        Database db,
        string? sessionId,
        string? companyId,
        string? status,
        int? limit,
        string? cursor
    ) => (await Execute(db, caller, new(sessionId, companyId, status), new Paging(limit, cursor))).ToOk();

    public sealed record Filter(string? SessionId, string? CompanyId, string? Status);

    public static async Task<Outcome<Page<ReservationView>>> Execute(
        Database db,
        Caller caller,
        Filter filter,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<ReservationStatus>("status", filter.Status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        // Only the conditions that are asked for, so that each form has a plan (and an index) of its own.
        var where = "WHERE id > @after";
        if (filter.SessionId is not null)
            where += " AND session_id = @SessionId";
        if ((caller.IsStaff ? filter.CompanyId : caller.CompanyId ?? "") is { } companyId)
            where += " AND company_id = @companyId";
        else
            companyId = null;
        if (filter.Status is not null)
            where += StatusCondition;

        var rows = await db.Read(read =>
            read.All<ReservationRow>(
                $"{ReservationRow.Select} {where} ORDER BY id LIMIT @most",
                new
                {
                    after,
                    filter.SessionId,
                    companyId,
                    filter.Status,
                    now = caller.Now,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, row => ReservationView.Of(row, caller.Now));
    }

    /// <summary>By what a reservation reads as: a hold whose time is over is expired, swept or not.</summary>
    static readonly string StatusCondition =
        $" AND (CASE WHEN {ReservationStates.Lapsed} THEN 'expired' ELSE status END) = @Status";
}
