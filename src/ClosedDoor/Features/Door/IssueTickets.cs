using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Door;

/// <summary>Gives a ticket to everyone who comes and has none.</summary>
public static class IssueTickets
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/sessions/{sessionId}/tickets",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("IssueTickets", "Give a ticket to everyone who comes and has none, with the day in a calendar file")
            .RequireAuthorization(Policy.Organize)
            .Answers<IssuedView>()
            .Refuses(Refusals.NotFound, Refusals.WrongSessionStatus);

    public static Task<Outcome<IssuedView>> Execute(Database db, Caller caller, string sessionId) =>
        db.Write<IssuedView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } sale)
                    return Refusals.NotFound;
                if (sale.Status is not (SessionStatus.Published or SessionStatus.Closed))
                    return Refusals.WrongSessionStatus;
                return new IssuedView(await TicketTable.IssueMissing(tx, sessionId, caller.Now));
            }
        );
}

/// <param name="Issued">How many tickets were new.</param>
public sealed record IssuedView(long Issued);
