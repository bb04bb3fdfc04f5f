using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Conflicts;

/// <summary>Who may meet whom in a session, by what both sides declared.</summary>
public static class ListConflicts
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/conflicts",
                async (string sessionId, Database db) => (await Execute(db, sessionId)).ToOk()
            )
            .Named("ListConflicts", "Who may meet whom, by what both sides declared")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<PairView>>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<Page<PairView>>> Execute(Database db, string sessionId) =>
        db.Read<Outcome<Page<PairView>>>(async read =>
        {
            if (!await SessionTable.Exists(read, sessionId))
                return Refusals.NotFound;
            return new Page<PairView>(
                [
                    .. (await ConflictBook.Of(read, sessionId)).Select(pair => new PairView(
                        pair.GuestId,
                        pair.CompanyId,
                        pair.Standing,
                        PairRow.Kinds(pair.ByGuest),
                        PairRow.Kinds(pair.ByCompany)
                    )),
                ],
                null
            );
        });
}

/// <summary>A guest and a company, to the organizers.</summary>
public sealed record PairView(
    string GuestId,
    string CompanyId,
    PairStanding Standing,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ConflictKind>? ByGuest,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ConflictKind>? ByCompany
);
