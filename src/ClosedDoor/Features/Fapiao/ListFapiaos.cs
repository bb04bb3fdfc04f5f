using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>Fapiaos in the order in which they were asked for. A company sees its own.</summary>
public static class ListFapiaos
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/fapiaos", Handle)
            .Named("ListFapiaos", "List fapiaos")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<FapiaoView>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(Caller caller, Database db, string? status, int? limit, string? cursor) =>
        (await Execute(db, caller, status, new Paging(limit, cursor))).ToOk();

    static async Task<Outcome<Page<FapiaoView>>> Execute(Database db, Caller caller, string? status, Paging paging)
    {
        var errors = new FieldErrors();
        errors.OptionalWord<FapiaoStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var where = "WHERE fapiao.id > @after";
        if (!caller.IsStaff)
            where += " AND fapiao.company_id = @CompanyId";
        if (status is not null)
            where += " AND fapiao.status = @status";
        return await db.Read(async read =>
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
        });
    }
}
