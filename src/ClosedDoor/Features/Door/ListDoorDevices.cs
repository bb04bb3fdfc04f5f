using ClosedDoor.Domain;
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
            .Answers<Page<DeviceView>>();

    public static async Task<Outcome<Page<DeviceView>>> Execute(Database db, string sessionId)
    {
        var rows = await db.Read(read =>
            read.All<DeviceRow>(
                $"{DeviceRow.Select} WHERE door_device.session_id = @sessionId ORDER BY door_device.id",
                new { sessionId }
            )
        );
        return new Page<DeviceView>([.. rows.Select(DeviceView.Of)], null);
    }
}
