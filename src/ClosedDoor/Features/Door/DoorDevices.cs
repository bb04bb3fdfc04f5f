using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>
/// Devices at the door: an organizer makes a pairing code, the device spends it for a token. A token hangs on a device
/// that stands where guests pass, so it opens one session's door and nothing else.
/// </summary>
public static class DoorDevices
{
    public sealed record Adding(string? Name);

    public sealed record Pairing(string? Code);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/sessions/{sessionId}/door-devices", HandleAdd)
            .Named("AddDoorDevice", "Make a pairing code for a device at the door")
            .WithDescription("The code is in this answer alone, works once, and for ten minutes.")
            .RequireAuthorization(Policy.Door)
            .Answers<DeviceView>(201)
            .AnswersSecrets()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongSessionStatus)
            .Example(new Adding("一号门"));
        api.MapGet(
                "/sessions/{sessionId}/door-devices",
                async (string sessionId, Database db) => (await List(db, sessionId)).ToOk()
            )
            .Named("ListDoorDevices", "List the devices at the door")
            .RequireAuthorization(Policy.Door)
            .Answers<Page<DeviceView>>();
        api.MapDelete(
                "/door-devices/{deviceId}",
                async (string deviceId, Caller caller, Database db, KnownTokens tokens) =>
                    (await Revoke(db, tokens, caller, deviceId)).ToNoContent()
            )
            .Named("RevokeDoorDevice", "Take a device's token away")
            .RequireAuthorization(Policy.Door)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);
        api.MapPost("/door/pair", HandlePair)
            .Named("PairDoorDevice", "A device spends its pairing code for a token")
            .Answers<PairedView>()
            .AnswersSecrets()
            .WithMetadata(new IgnoresToken())
            .Refuses(Refusals.PairingCodeInvalid)
            .Example(new Pairing("7K3MQ-4XW2P"));
    }

    static async Task<IResult> HandleAdd(string sessionId, Adding request, Caller caller, Database db)
    {
        var errors = new FieldErrors();
        var name = errors.Text("name", request.Name, 50);
        if (errors.Refusal is { } invalid)
            return Answer.Refuse(invalid);
        var code = DeviceTable.NewCode();
        var hash = DeviceTable.HashOf(code);
        var added = await db.Write<DeviceView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Take(tx, sessionId) is not { } sale)
                    return Refusals.NotFound;
                if (sale.Status is SessionStatus.Completed or SessionStatus.Cancelled)
                    return Refusals.WrongSessionStatus;
                if (caller.Now >= sale.BeginsAt + KnownTokens.DeviceLives)
                    return Refusals.WrongSessionStatus; // It would be paired with a token that has ended.
                return DeviceView.Of(await DeviceTable.Add(tx, sessionId, sale.BeginsAt, name, hash, caller.Now));
            }
        );
        return added
            .Then<DeviceView>(view => caller.Replayed ? view : view with { Code = code })
            .ToCreated(view => $"/api/v1/door-devices/{view.Id}");
    }

    static async Task<Outcome<Page<DeviceView>>> List(Database db, string sessionId)
    {
        var rows = await db.Read(read =>
            read.All<DeviceRow>(
                $"{DeviceRow.Select} WHERE door_device.session_id = @sessionId ORDER BY door_device.id",
                new { sessionId }
            )
        );
        return new Page<DeviceView>([.. rows.Select(DeviceView.Of)], null);
    }

    static async Task<Outcome<bool>> Revoke(Database db, KnownTokens tokens, Caller caller, string deviceId)
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

    static async Task<IResult> HandlePair(Pairing request, Caller caller, Database db, TicketKeys keys)
    {
        var hash = DeviceTable.HashOf(request.Code ?? "");
        var token = Secrets.New(Secrets.DoorDevice);
        var tokenHash = Secrets.Hash(token);
        await keys.Current(caller.Now); // A device goes offline with the key that its tickets are signed with.
        var open = await keys.PublicKeys();
        var device = await db.Write("pairing", tx => DeviceTable.Pair(tx, hash, tokenHash, caller.Now));
        Outcome<PairedView> paired = device is null
            ? Refusals.PairingCodeInvalid
            : new PairedView(
                device.Id,
                device.SessionId,
                device.Name,
                token,
                device.ExpiresAt,
                [.. open.Select(key => new TicketKeyView(key.Number, key.PublicKey))]
            );
        return paired.ToOk();
    }
}

/// <param name="Code">What the device types in; in the first answer alone.</param>
/// <param name="ExpiresAt">When its token ends by itself.</param>
public sealed record DeviceView(
    string Id,
    string SessionId,
    string Name,
    string? Code,
    Instant CodeExpiresAt,
    Instant? PairedAt,
    Instant? RevokedAt,
    Instant ExpiresAt,
    long Version
)
{
    internal static DeviceView Of(DeviceRow row) =>
        new(
            row.Id,
            row.SessionId,
            row.Name,
            null,
            row.CodeExpiresAt,
            row.PairedAt,
            row.RevokedAt,
            row.ExpiresAt,
            row.Version
        );
}

/// <param name="Token">For <c>Authorization: Bearer</c>; in this answer alone.</param>
/// <param name="ExpiresAt">When the token ends by itself: three days after the session begins, which is time to hand in what was scanned offline.</param>
/// <param name="TicketKeys">What tickets verify with while the device is offline.</param>
public sealed record PairedView(
    string DeviceId,
    string SessionId,
    string Name,
    string Token,
    Instant ExpiresAt,
    IReadOnlyList<TicketKeyView> TicketKeys
);

/// <param name="PublicKey">SubjectPublicKeyInfo (RFC 5280) of a P-256 key, base64.</param>
public sealed record TicketKeyView(long Number, string PublicKey);
