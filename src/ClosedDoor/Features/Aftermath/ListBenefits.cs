using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>The benefits ledger of a session, with the lines that are struck out.</summary>
public static class ListBenefits
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/benefits",
                async (string sessionId, Database db, int? limit, string? cursor) =>
                    (await Execute(db, sessionId, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListBenefits", "List the benefits ledger")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<BenefitView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor);

    public static async Task<Outcome<Page<BenefitView>>> Execute(Database db, string sessionId, Paging paging)
    {
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        return await db.Read<Outcome<Page<BenefitView>>>(async read =>
        {
            if (!await SessionTable.Exists(read, sessionId))
                return Refusals.NotFound;
            var rows = await read.All<BenefitRow>(
                $"{BenefitRow.Select} WHERE session_id = @sessionId AND id > @after ORDER BY id LIMIT @most",
                new
                {
                    sessionId,
                    after,
                    most = paging.Most,
                }
            );
            return paging.Cut(rows, row => row.Id, BenefitView.Of);
        });
    }
}
