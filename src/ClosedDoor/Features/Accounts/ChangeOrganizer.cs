using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Changes what is sent of an organizer's account. Disabling ends its sign-ins. The last enabled owner stays one:
/// nobody could make another.
/// </summary>
public static class ChangeOrganizer
{
    public sealed record Request(string? Name = null, string[]? Permissions = null, bool? Disabled = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch("/organizers/{organizerId}", Handle)
            .Named("ChangeOrganizer", "Change an organizer's name, permissions or access")
            .RequireAuthorization(Policy.Owner)
            .Answers<OrganizerView>()
            .Refuses(Refusals.Invalid, Refusals.NotFound, Refusals.StaleVersion, Refusals.LastOwner)
            .Example(new Request(Permissions: ["organize", "finance"]));

    static async Task<IResult> Handle(
        string organizerId,
        Request request,
        Caller caller,
        Database db,
        KnownTokens known
    ) => (await Execute(db, known, caller, organizerId, request)).ToOk();

    public static async Task<Outcome<OrganizerView>> Execute(
        Database db,
        KnownTokens known,
        Caller caller,
        string organizerId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var name = request.Name is null ? null : errors.Parsed("name", PersonName.Parse(request.Name));
        Permission? permissions = request.Permissions is null
            ? null
            : Permissions.Check(errors, "permissions", request.Permissions, Permissions.All);
        if (errors.Refusal is { } invalid)
            return invalid;

        var outcome = await db.Write<OrganizerView>(
            caller,
            async tx =>
            {
                // Before the account is read: what is read after it has waited is what the other owner left.
                var owners = await AccountTable.LockOwnerRows(tx);
                // A request that was let in by a right that has just been taken away comes too late.
                if (!owners.Contains(caller.Standing.Id))
                    return Refusals.Forbidden;
                if (await OrganizerView.Find(tx, organizerId) is not { } before)
                    return Refusals.NotFound;
                if (caller.Stale(before.Version) is { } stale)
                    return stale;

                var granted = permissions ?? Permissions.Parse(before.Permissions)!.Value;
                var disabled = request.Disabled ?? before.Disabled;
                var staysOwner = !disabled && granted.HasFlag(Permission.Owner);
                if (!staysOwner && owners.TrueForAll(owner => owner == organizerId))
                    return Refusals.LastOwner;

                await AccountTable.ChangeOrganizer(
                    tx,
                    before,
                    name?.Value ?? before.Name,
                    granted,
                    disabled,
                    caller.Now
                );
                if (disabled)
                    await SignInTable.RevokeAll(tx, organizerId, keep: null, caller.Now);
                return (await OrganizerView.Find(tx, organizerId))!;
            }
        );
        known.Forget();
        return outcome;
    }
}
