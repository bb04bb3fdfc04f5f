using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Door;

/// <summary>Takes a check-in back, at the door or beside it.</summary>
public static class UndoCheckIn
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/door/check-ins/{ticketId}/undo",
                async (string ticketId, Caller caller, Database db) =>
                    (
                        await DeviceTable.Of(db, caller) is { } device
                            ? await Execute(db, caller, device.SessionId, ticketId)
                            : Refusals.NotFound
                    ).ToOk()
            )
            .Named("UndoCheckIn", "Take a check-in back, at the door")
            .RequireAuthorization(Policy.Device)
            .Answers<ExpectedView>()
            .Refuses(Refusals.NotFound, Refusals.NotCheckedIn);
        api.MapPost(
                "/sessions/{sessionId}/check-ins/{ticketId}/undo",
                async (string sessionId, string ticketId, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, ticketId)).ToOk()
            )
            .Named("UndoCheckInByOrganizer", "Take a check-in back")
            .RequireAuthorization(Policy.Door)
            .Answers<ExpectedView>()
            .Refuses(Refusals.NotFound, Refusals.NotCheckedIn);
    }

    public static Task<Outcome<ExpectedView>> Execute(Database db, Caller caller, string sessionId, string ticketId) =>
        db.Write<ExpectedView>(
            caller,
            async tx =>
            {
                if (await PersonRow.Find(tx, ticketId) is not { } person || person.SessionId != sessionId)
                    return Refusals.NotFound;
                if (!await ScanTable.Undo(tx, sessionId, ticketId, caller.Now))
                    return Refusals.NotCheckedIn;
                return ExpectedView.Of((await PersonRow.Find(tx, ticketId))!);
            }
        );
}
