using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>The API keys, the revoked ones included, in the order in which they were made.</summary>
public static class ListApiKeys
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/api-keys", Handle)
            .Named("ListApiKeys", "List API keys")
            .RequireAuthorization(Policy.Owner)
            .Answers<Page<ApiKeyView>>()
            .Refuses(Refusals.InvalidCursor);

    static async Task<IResult> Handle(Database db, int? limit, string? cursor) =>
        (await Execute(db, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<ApiKeyView>>> Execute(Database db, Paging paging)
    {
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        var rows = await db.Read(read =>
            read.All<ApiKeyRow>(
                $"{ApiKeyRow.Select} WHERE id > @after ORDER BY id LIMIT @most",
                new { after, most = paging.Most }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToView());
    }
}
