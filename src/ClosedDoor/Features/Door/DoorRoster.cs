using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>Who is expected and who is in, to the door; and taking a check-in back.</summary>
public static class DoorRoster
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/door/roster",
                async (Caller caller, Database db) =>
                    (
                        await db.Read(read => DeviceTable.Find(read, caller.Standing.Id)) is { RevokedAt: null } device
                            ? await Of(db, device.SessionId)
                            : Refusals.NotFound
                    ).ToOk()
            )
            .Named("ShowDoorRoster", "Who is expected, for a device that may go offline")
            .RequireAuthorization(Policy.Device)
            .Answers<Page<ExpectedView>>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/sessions/{sessionId}/check-ins",
                async (string sessionId, Database db) => (await Of(db, sessionId)).ToOk()
            )
            .Named("ListCheckIns", "Who is expected and who is in")
            .RequireAuthorization(Policy.Door)
            .Answers<Page<ExpectedView>>()
            .Refuses(Refusals.NotFound);
        api.MapPost(
                "/door/check-ins/{ticketId}/undo",
                async (string ticketId, Caller caller, Database db) =>
                    (
                        await db.Read(read => DeviceTable.Find(read, caller.Standing.Id)) is { RevokedAt: null } device
                            ? await Undo(db, caller, device.SessionId, ticketId)
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
                    (await Undo(db, caller, sessionId, ticketId)).ToOk()
            )
            .Named("UndoCheckInByOrganizer", "Take a check-in back")
            .RequireAuthorization(Policy.Door)
            .Answers<ExpectedView>()
            .Refuses(Refusals.NotFound, Refusals.NotCheckedIn);
    }

    static Task<Outcome<Page<ExpectedView>>> Of(Database db, string sessionId) =>
        db.Read<Outcome<Page<ExpectedView>>>(async read =>
            await SessionFacts.Find(read, sessionId) is null
                ? Refusals.NotFound
                : new Page<ExpectedView>([.. (await PersonRow.Of(read, sessionId)).Select(ExpectedView.Of)], null)
        );

    static Task<Outcome<ExpectedView>> Undo(Database db, Caller caller, string sessionId, string ticketId) =>
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

/// <summary>Somebody whom the door expects.</summary>
/// <param name="Barred">Why the person may not come in as things stand, as a problem code.</param>
/// <param name="Early">Checked in more than 12 hours before the session begins, which is no attendance: a scan of the day is still needed.</param>
/// <param name="Warnings">What to see to before the person walks in.</param>
public sealed record ExpectedView(
    string TicketId,
    string Kind,
    string Name,
    string Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Barred,
    Instant? CheckedInAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CheckedInBy,
    bool Early,
    IReadOnlyList<DoorWarning> Warnings
)
{
    internal static ExpectedView Of(PersonRow row) =>
        new(
            row.TicketId,
            row.IsGuest ? "guest" : "delegate",
            row.Name,
            row.Unit,
            row.Barred?.Code,
            row.CheckedInAt,
            row.CheckedInBy,
            row.IsEarly,
            row.Warnings
        );
}
