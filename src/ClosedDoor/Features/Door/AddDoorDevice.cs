using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Door;

/// <summary>An organizer makes a pairing code for a device at the door, for <see cref="PairDoorDevice"/>.</summary>
public static class AddDoorDevice
{
    public sealed record Request(string? Name);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sessions/{sessionId}/door-devices", Handle)
            .Named("AddDoorDevice", "Make a pairing code for a device at the door")
            .WithDescription("The code is in this answer alone, works once, and for ten minutes.")
            .RequireAuthorization(Policy.Door)
            .Answers<DeviceView>(201)
            .AnswersSecrets()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongSessionStatus)
            .Example(new Request("一号门"));

    static async Task<IResult> Handle(string sessionId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, sessionId, request)).ToCreated(view => $"/api/v1/door-devices/{view.Id}");

    public static async Task<Outcome<DeviceView>> Execute(Database db, Caller caller, string sessionId, Request request)
    {
        var errors = new FieldErrors();
        var name = errors.Text("name", request.Name, 50);
        if (errors.Refusal is { } invalid)
            return invalid;
        var code = DeviceTable.NewCode();
        var hash = DeviceTable.HashOf(code);
        var added = await db.Write<DeviceView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } sale)
                    return Refusals.NotFound;
                // After that it would be paired with a token that has ended.
                if (sale.Status.HasEnded() || caller.Now >= sale.BeginsAt + KnownTokens.DeviceLives)
                    return Refusals.WrongSessionStatus;
                return DeviceView.Of(await DeviceTable.Add(tx, sessionId, sale.BeginsAt, name, hash, caller.Now));
            }
        );
        return added.Then<DeviceView>(view => caller.Replayed ? view : view with { Code = code });
    }
}
