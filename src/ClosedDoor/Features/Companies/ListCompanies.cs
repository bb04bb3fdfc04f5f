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
            .RequireAuthorization(Policy.Organizer)
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
        if (paging.After(1, out var after) is { } noCursor)
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
                    after = after?[0] ?? "",
                    status,
                    most = paging.Size + 1L,
                }
            )
        );
        var page = paging.Cut(rows, row => [row.Id]);
        return new Page<CompanyView>([.. page.Items.Select(row => row.ToView(caller.IsOrganizer))], page.NextCursor);
    }
}
