using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>
/// A yes or no to an invitation, by the guest's link or by an organizer whom the guest has told; and the organizer's taking
/// an invitation back.
/// </summary>
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
        if (GuestGate.CheckAhead(session, now) is { } tooLate)
            return tooLate;
        if (answer is InvitationTrigger.Accept)
        {
            if (GuestGate.Check(row.Rank) is { } gate)
                return gate;
            // Whoever was asked has a place; a hospital that changed meanwhile is what this line is for.
            if ((await PlacesTaken.Of(tx, row.SessionId)).Refuse(row.ToInvitee()) is { } full)
                return full;
        }
        if (!await InvitationTable.Transition(tx, row, answer, now, note))
            return Refusals.WrongInvitationStatus;
        if (answer is InvitationTrigger.Accept)
            await TicketTable.IssueLate(tx, row.SessionId, now);
        if (answer is InvitationTrigger.Decline or InvitationTrigger.Withdraw)
        {
            await PlaceLeft.Follow(tx, session, row, now);
            var told = await TicketTable.TellGuest(tx, row.Id, now);
            // Who declines knows it. Whose invitation the organizer takes back has to be told.
            if (!told && answer is InvitationTrigger.Withdraw && row.State.TakesPlace())
                await tx.Send(TellGuests.Told, new Notice(row.Id), now);
        }
        return null;
    }
}
