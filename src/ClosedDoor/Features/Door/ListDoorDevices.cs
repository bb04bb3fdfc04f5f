using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Door;

/// <summary>The devices at a session's door, as they were added.</summary>
public static class ListDoorDevices
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/sessions/{sessionId}/door-devices",
                async (string sessionId, Database db) => (await Execute(db, sessionId)).ToOk()
            )
            .Named("ListDoorDevices", "List the devices at the door")
            .RequireAuthorization(Policy.Door)
            .Answers<Page<DeviceView>>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<Page<DeviceView>>> Execute(Database db, string sessionId) =>
        db.Read<Outcome<Page<DeviceView>>>(async read =>
        {
            if (!await SessionTable.Exists(read, sessionId))
                return Refusals.NotFound;
            var rows = await read.All<DeviceRow>(
                $"{DeviceRow.Select} WHERE door_device.session_id = @sessionId ORDER BY door_device.id",
                new { sessionId }
            );
            return new Page<DeviceView>([.. rows.Select(DeviceView.Of)], null);
        });
}
