using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>What follows when somebody who had a place leaves it.</summary>
static class PlaceLeft
{
    /// <summary>To each company that has paid: the guest list has changed, without a name.</summary>
    public const string Changed = "guests.changed.v1";

    /// <summary>
    /// The first substitute who fits moves up; then, if the guest had accepted, the companies that have paid are told.
    /// The caller holds the session's row and has read <paramref name="left"/> before it was moved.
    /// </summary>
    public static async Task Follow(Tx tx, Sale session, InvitationRow left, Instant now)
    {
        if (left.State.TakesPlace() && session.Status is not SessionStatus.Cancelled && now < session.BeginsAt)
            await MoveUp(tx, session, left, now);
        if (left.State is not InvitationStatus.Accepted)
            return;
        await CallOffMeetings.OfGuest(tx, session.SessionId, left.Id, now);
        var paid = await tx.All<string>(
            "SELECT id FROM reservation WHERE session_id = @SessionId AND status = 'confirmed' ORDER BY id",
            new { session.SessionId }
        );
        foreach (var reservation in paid)
            await tx.Send(Changed, new Notice(reservation), now);
    }

    static async Task MoveUp(Tx tx, Sale session, InvitationRow left, Instant now)
    {
        var taken = await PlacesTaken.Of(tx, session.SessionId);
        foreach (var next in GuestPlaces.Next(left.ToInvitee(), taken.List))
        {
            var row = taken.Rows.Single(one => one.Id == next.Id);
            // Since being named, a post or a hospital may have changed: the gate is asked again.
            if (GuestGate.Check(row.Rank) is not null || taken.Refuse(next) is not null)
                continue;
            if (await InvitationTable.Transition(tx, row, InvitationTrigger.MoveUp, now))
                return;
        }
    }
}
