using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>
/// A device spends its pairing code for a token. A token hangs on a device that stands where guests pass, so it opens one
/// session's door and nothing else.
/// </summary>
public static class PairDoorDevice
{
    public sealed record Request(string? Code);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/door/pair", Handle)
            .Named("PairDoorDevice", "A device spends its pairing code for a token")
            .Answers<PairedView>()
            .AnswersSecrets()
            .WithMetadata(new IgnoresToken())
            .Refuses(Refusals.PairingCodeInvalid)
            .Example(new Request("7K3MQ-4XW2P"));

    static async Task<IResult> Handle(Request request, Caller caller, Database db, TicketKeys keys) =>
        (await Execute(db, keys, caller, request)).ToOk();

    public static async Task<Outcome<PairedView>> Execute(Database db, TicketKeys keys, Caller caller, Request request)
    {
        var hash = DeviceTable.HashOf(request.Code ?? "");
        var token = Secrets.New(Secrets.DoorDevice);
        var tokenHash = Secrets.Hash(token);
        await keys.Current(caller.Now); // A device goes offline with the key that its tickets are signed with.
        var open = await keys.PublicKeys();
        var device = await db.Write(
            "pairing",
            tx => DeviceTable.Pair(tx, hash, tokenHash, caller.Now),
            caller.RequestId
        );
        return device is null
            ? Refusals.PairingCodeInvalid
            : new PairedView(
                device.Id,
                device.SessionId,
                device.Name,
                token,
                device.ExpiresAt,
                [.. open.Select(key => new TicketKeyView(key.Number, key.PublicKey))]
            );
    }
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
