using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Companies;

/// <summary>Companies in the order in which they signed up.</summary>
public static class ListCompanies
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/companies",
                async (Caller caller, Database db, string? status, int? limit, string? cursor) =>
                    (await Execute(db, caller, status, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListCompanies", "List companies")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<CompanyView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    public static async Task<Outcome<Page<CompanyView>>> Execute(
        Database db,
        Caller caller,
        string? status,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<CompanyStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var where = status is null ? "" : "AND status = @status";
        var rows = await db.Read(read =>
            read.All<CompanyRow>(
                $"""
                SELECT * FROM ({CompanyRow.Select}) AS company
                WHERE id > @after {where} ORDER BY id LIMIT @most
                """,
                new
                {
                    today = Zones.Today(caller.Now),
                    after,
                    status,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToView(caller.IsStaff));
    }
}
