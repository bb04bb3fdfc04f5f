using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// Erases who a guest is and keeps that there was one (PIPL §47). Places still to come are given up, links end, consents
/// that hold are taken back.
/// </summary>
public static class ForgetGuest
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/guests/{guestId}/forget",
                async (string guestId, Caller caller, Database db, KnownTokens tokens) =>
                    (await Execute(db, tokens, caller, guestId)).ToOk()
            )
            .Named("ForgetGuest", "Erase a guest's personal data")
            .RequireAuthorization(Policy.Organize)
            .Answers<GuestView>()
            .Refuses(Refusals.NotFound, Refusals.GuestForgotten, Refusals.StaleVersion);

    public static async Task<Outcome<GuestView>> Execute(Database db, KnownTokens tokens, Caller caller, string guestId)
    {
        var outcome = await db.Write<GuestView>(
            caller,
            async tx =>
            {
                var invitations = await tx.All<string>(
                    "SELECT id FROM invitation WHERE guest_id = @guestId ORDER BY session_id",
                    new { guestId }
                );
                foreach (var id in invitations)
                {
                    // Sessions in the order of their ids, so that two who forget never wait for each other crosswise.
                    if (await InvitationTable.Take(tx, id) is not var (row, session))
                        continue;
                    if (await InvitationTable.Move(tx, row, InvitationTrigger.Withdraw, caller.Now))
                        await GuestChanges.PlaceLeft(tx, session, row, caller.Now);
                    foreach (var kind in new[] { ConsentKind.Photo, ConsentKind.Naming })
                        await ConsentTable.Withdraw(tx, row, kind, caller.Now);
                    await PersonalLinkTable.Revoke(tx, LinkPurpose.Invitation, id, caller.Now);
                }
                if (await GuestView.Find(tx, guestId) is not { } guest)
                    return Refusals.NotFound;
                if (caller.Stale(guest.Version) is { } stale)
                    return stale;
                if (!await GuestTable.Forget(tx, guestId, caller.Now))
                    return Refusals.GuestForgotten;
                await InvitationTable.ForgetGuest(tx, guestId);
                return (await GuestView.Find(tx, guestId))!;
            }
        );
        tokens.Forget();
        return outcome;
    }
}
