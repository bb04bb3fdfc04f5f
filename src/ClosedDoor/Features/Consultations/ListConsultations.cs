using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>Consultations in the order in which they were booked. A company sees its own.</summary>
public static class ListConsultations
{
    public sealed record Filter(string? SessionId, string? CompanyId, string? Status);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/consultations", Handle)
            .Named("ListConsultations", "List consultations")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<ConsultationView>>()
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

    public static async Task<Outcome<Page<ConsultationView>>> Execute(
        Database db,
        Caller caller,
        Filter filter,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<ConsultationStatus>("status", filter.Status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var where = "WHERE consultation.id > @after";
        if (filter.SessionId is not null)
            where += " AND consultation.session_id = @SessionId";
        var companyId = caller.IsStaff ? filter.CompanyId : caller.CompanyId ?? "";
        if (companyId is not null)
            where += " AND consultation.company_id = @companyId";
        if (filter.Status is not null)
            where += " AND consultation.status = @Status";
        var rows = await db.Read(read =>
            read.All<ConsultationRow>(
                $"{ConsultationRow.Select} {where} ORDER BY consultation.id LIMIT @most",
                new
                {
                    after,
                    filter.SessionId,
                    companyId,
                    filter.Status,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, ConsultationView.Of);
    }
}
