using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Sessions;

/// <summary>Opens a session, as a draft that only organizers see.</summary>
public static class CreateSession
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sessions", Handle)
            .Named("CreateSession", "Create a session")
            .RequireAuthorization(Policy.Organize)
            .Answers<SessionView>(201)
            .Refuses(Refusals.Invalid)
            .Example(SessionRequest.Example);

    static async Task<IResult> Handle(SessionRequest request, Caller caller, Database db) =>
        (await Execute(db, caller, request)).ToCreated(session => $"/api/v1/sessions/{session.Id}");

    public static async Task<Outcome<SessionView>> Execute(Database db, Caller caller, SessionRequest request)
    {
        if (SessionPlan.From(request, caller.Now) is var checkedPlan && checkedPlan.Refused(out var invalid))
            return invalid;

        return await db.Write<SessionView>(
            caller,
            async tx =>
            {
                var id = await SessionTable.Add(tx, checkedPlan.Value, caller.Now);
                return (await SessionView.Find(tx, id, forStaff: true, caller.Now))!;
            }
        );
    }
}
