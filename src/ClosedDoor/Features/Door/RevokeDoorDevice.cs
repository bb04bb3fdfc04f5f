using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Door;

/// <summary>Takes a device's token away, at once.</summary>
public static class RevokeDoorDevice
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete(
                "/door-devices/{deviceId}",
                async (string deviceId, Caller caller, Database db, KnownTokens tokens) =>
                    (await Execute(db, tokens, caller, deviceId)).ToNoContent()
            )
            .Named("RevokeDoorDevice", "Take a device's token away")
            .RequireAuthorization(Policy.Door)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);

    public static async Task<Outcome<bool>> Execute(Database db, KnownTokens tokens, Caller caller, string deviceId)
    {
        var outcome = await db.Write<bool>(
            caller,
            async tx =>
            {
                if (await DeviceTable.Find(tx, deviceId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                return await DeviceTable.Revoke(tx, row, caller.Now) ? true : Refusals.NotFound;
            }
        );
        tokens.Forget();
        return outcome;
    }
}
