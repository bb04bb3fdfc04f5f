using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>A yes or no to an invitation, by the guest's link or by an organizer whom the guest has told.</summary>
static class AnswerInvitation
{
    public static async Task<Refusal?> Execute(
        Tx tx,
        InvitationRow row,
        Sale session,
        InvitationTrigger answer,
        string? note,
        Instant now
    )
    {
        // The same answer again, as of a button pressed twice, changes nothing and is no fault.
        if (
            (row.State, answer)
            is
                (InvitationStatus.Accepted, InvitationTrigger.Accept)
                or
                (InvitationStatus.Declined, InvitationTrigger.Decline)
        )
            return null;
        if (session.Status is SessionStatus.Completed or SessionStatus.Cancelled)
            return Refusals.WrongSessionStatus;
        if (now >= session.BeginsAt)
            return Refusals.SessionBegun;
        if (answer is InvitationTrigger.Accept)
        {
            if (GuestGate.Check(row.Rank) is { } gate)
                return gate;
            var list = (await InvitationRow.Of(tx, row.SessionId)).ConvertAll(one => one.ToInvitee());
            var rule = (await QuorumRow.Of(tx, row.SessionId, tx.Settings)).Rule;
            // The schema of places already sees to it; a hospital that changed meanwhile is what this line is for.
            if (GuestPlaces.Refuse(row.ToInvitee(), list, rule) is { } full)
                return full;
        }
        if (!await InvitationTable.Move(tx, row, answer, now, note))
            return Refusals.WrongInvitationStatus;
        if (answer is InvitationTrigger.Accept)
            await TicketTable.IssueLate(tx, row.SessionId, now);
        if (answer is InvitationTrigger.Decline or InvitationTrigger.Withdraw)
        {
            await GuestChanges.PlaceLeft(tx, session, row, now);
            var told = await TicketTable.TellGuest(tx, row.Id, now);
            // Who declines knows it. Whose invitation the organizer takes back has to be told.
            if (!told && answer is InvitationTrigger.Withdraw && row.State.TakesPlace())
                await tx.Send(GuestChanges.Told, new Notice(row.Id), now);
        }
        return null;
    }
}
