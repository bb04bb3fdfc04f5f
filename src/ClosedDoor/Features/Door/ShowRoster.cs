using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>Who is expected and who is in, to a device at the door and to the organizers who look after it.</summary>
public static class ShowRoster
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/door/roster",
                async (Caller caller, Database db) =>
                    (
                        await DeviceTable.Of(db, caller) is { } device
                            ? await Execute(db, device.SessionId)
                            : Refusals.NotFound
                    ).ToOk()
            )
            .Named("ShowDoorRoster", "Who is expected, for a device that may go offline")
            .RequireAuthorization(Policy.Device)
            .Answers<Page<ExpectedView>>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/sessions/{sessionId}/check-ins",
                async (string sessionId, Database db) => (await Execute(db, sessionId)).ToOk()
            )
            .Named("ListCheckIns", "Who is expected and who is in")
            .RequireAuthorization(Policy.Door)
            .Answers<Page<ExpectedView>>()
            .Refuses(Refusals.NotFound);
    }

    public static Task<Outcome<Page<ExpectedView>>> Execute(Database db, string sessionId) =>
        db.Read<Outcome<Page<ExpectedView>>>(async read =>
            await SessionFacts.Find(read, sessionId) is null
                ? Refusals.NotFound
                : new Page<ExpectedView>([.. (await PersonRow.Of(read, sessionId)).Select(ExpectedView.Of)], null)
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
