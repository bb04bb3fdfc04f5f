using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Door;

/// <summary>What happens on the day, and when. Companies with a seat see it without the speakers.</summary>
public static class ShowDayAgenda
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/agenda",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("ShowAgenda", "Show the agenda of a session")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<AgendaItemView>>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<Page<AgendaItemView>>> Execute(Database db, Caller caller, string sessionId) =>
        db.Read<Outcome<Page<AgendaItemView>>>(async read =>
        {
            if (!await ReservationRow.Opens(read, caller, sessionId, ReservationStates.TakesSeat))
                return Refusals.NotFound;
            var items = await AgendaTable.Of(read, sessionId);
            return new Page<AgendaItemView>(
                caller.IsStaff ? items : [.. items.Select(item => item with { Speaker = null })],
                null
            );
        });
}
