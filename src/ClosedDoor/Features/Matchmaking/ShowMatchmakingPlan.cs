using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>How a session's one-to-one meetings are laid out, by its own plan or by the defaults.</summary>
public static class ShowMatchmakingPlan
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/matchmaking",
                async (string sessionId, Database db) => (await Execute(db, sessionId)).ToOk()
            )
            .Named("ShowMatchmakingPlan", "Show how a session's one-to-one meetings are laid out")
            .RequireAuthorization(Policy.Staff)
            .Answers<MatchmakingPlanView>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<MatchmakingPlanView>> Execute(Database db, string sessionId) =>
        db.Read<Outcome<MatchmakingPlanView>>(async read =>
            await MatchmakingPlan.Find(read, sessionId) is { } plan ? MatchmakingPlanView.Of(plan) : Refusals.NotFound
        );
}
