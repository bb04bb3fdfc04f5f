using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Sessions;

public static class ShowSession
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions/{sessionId}", Handle)
            .Named("ShowSession", "Show a session with its seats")
            .Answers<SessionView>()
            .Refuses(Refusals.NotFound);

    static async ValueTask<IResult> Handle(string sessionId, Caller caller, Database db, KeptAnswers kept) =>
        caller.IsStaff
            ? (await Execute(db, caller, sessionId)).ToOk()
            : await kept.Get(
                $"session {sessionId}",
                caller.Now,
                () => Execute(db, caller, sessionId),
                session => session.ChangesAt
            );

    public static async Task<Outcome<SessionView>> Execute(Database db, Caller caller, string sessionId) =>
        await db.Read(read => SessionView.Find(read, sessionId, caller.IsStaff, caller.Now)) is { } session
            ? session
            : Refusals.NotFound;
}
