using ClosedDoor.Domain;
using ClosedDoor.Features.Aftermath;
using ClosedDoor.Features.Conflicts;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// Erases who a guest is and keeps that there was one (PIPL §47). Places still to come are given up, links end, consents
/// that hold are taken back. Nothing is written to who is erased, also of what waits to be sent, but for what takes an
/// entry out of the person's own calendar: <see cref="CalendarEndTable"/>, <see cref="MeetingCalendarEndTable"/>.
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
        var outcome = await db.Write<GuestView>(caller, tx => Whole(tx, caller, guestId));
        tokens.Forget();
        return outcome;
    }

    /// <summary>The whole of it: places, links and consents, then the person.</summary>
    internal static async Task<Outcome<GuestView>> Whole(Tx tx, Caller caller, string guestId)
    {
        await LeaveAll(tx, guestId, caller.Now);
        if (await GuestView.Find(tx, guestId) is not { } guest)
            return Refusals.NotFound;
        if (caller.Stale(guest.Version) is { } stale)
            return stale;
        if (!await Erase(tx, guestId, caller.Now))
            return Refusals.GuestForgotten;
        return (await GuestView.Find(tx, guestId))!;
    }

    /// <summary>Gives up every place still to come, and takes back what consent can be taken back.</summary>
    internal static async Task LeaveAll(Tx tx, string guestId, Instant now)
    {
        var invitations = await tx.All<string>(
            "SELECT id FROM invitation WHERE guest_id = @guestId ORDER BY session_id",
            new { guestId }
        );
        foreach (var id in invitations)
        {
            // Sessions in the order of their ids, so that two who forget never wait for each other crosswise.
            if (await InvitationTable.Lock(tx, id) is not var (row, session))
                continue;
            await CalendarEndTable.Add(tx, await PersonRow.OfInvitation(tx, id), now);
            await MeetingCalendarEndTable.Add(tx, row, now);
            // What has taken place stays as it was: who was there was there, and met whom the guest met.
            if (now < session.BeginsAt && await InvitationTable.Transition(tx, row, InvitationTrigger.Withdraw, now))
                await PlaceLeft.Follow(tx, session, row, now);
            else
                await CallOffMeetings.OfGuest(tx, session.SessionId, id, now);
            foreach (var kind in new[] { ConsentKind.Photo, ConsentKind.Naming })
                await ConsentTable.Withdraw(tx, row, kind, now);
            await EndorsementTable.WithdrawAll(tx, row.SessionId, id, now);
        }
    }

    /// <summary>After <see cref="LeaveAll"/>, the person and every link. False when that was done before.</summary>
    internal static async Task<bool> Erase(Tx tx, string guestId, Instant now)
    {
        if (!await GuestTable.Forget(tx, guestId, now))
            return false;
        // Not before: a letter that is on its way may have made one until the address was gone.
        foreach (var id in await tx.All<string>("SELECT id FROM invitation WHERE guest_id = @guestId", new { guestId }))
            await PersonalLinkTable.Revoke(tx, LinkPurpose.Invitation, id, now);
        await InvitationTable.ForgetGuest(tx, guestId);
        await PreferenceTable.ForgetGuest(tx, guestId);
        await ParticipantTable.ForgetGuest(tx, guestId);
        await ConflictTable.ForgetGuest(tx, guestId);
        return true;
    }
}
