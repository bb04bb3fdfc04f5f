using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Quorum;

/// <summary>The live count against what the session needs.</summary>
public static class ShowQuorum
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/quorum",
                async (string sessionId, Database db, Settings settings) =>
                    (await Execute(db, settings, sessionId)).ToOk()
            )
            .Named("ShowQuorum", "Show who is missing for a session")
            .RequireAuthorization(Policy.Staff)
            .Answers<QuorumView>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<QuorumView>> Execute(Database db, Settings settings, string sessionId) =>
        db.Read<Outcome<QuorumView>>(async read =>
            await SessionTable.Exists(read, sessionId)
                ? await QuorumView.Of(read, sessionId, settings)
                : Refusals.NotFound
        );
}
