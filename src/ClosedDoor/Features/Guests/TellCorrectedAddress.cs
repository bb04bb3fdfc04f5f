using ClosedDoor.Domain;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// A guest's e-mail address is another one now. The mailbox that was named before may be a stranger's: the links that it has
/// end, and the right one gets what it was sent. Who has declined, or is not expected any more, is left in peace, and has a
/// link where one is asked for: <see cref="IssueInvitationLink"/>.
/// </summary>
static class TellCorrectedAddress
{
    /// <summary>In the log of the guest, who changed it being its actor; to what is not said.</summary>
    public const string Corrected = "guest.address_corrected";

    /// <summary>What the right mailbox is sent says all that these would.</summary>
    static readonly string[] Said = [InvitationTable.Invited, InvitationTable.Readdressed, RemindGuests.Reminded];

    /// <summary>Afterwards <see cref="KnownTokens.Forget"/>.</summary>
    /// <param name="tx">In which the guest's row is held, so that no link is made for the old address meanwhile.</param>
    /// <param name="caller">Whose own link stays, if it is the guest who corrects it.</param>
    /// <param name="row">As it was before.</param>
    /// <param name="now">The present.</param>
    public static async Task Follow(Tx tx, Caller caller, GuestRow row, Instant now)
    {
        await tx.Record(now, new Change(row.Id, Corrected, row.Id));
        var invitations = await tx.All<InvitationRow>(
            $"{InvitationRow.Select} WHERE invitation.guest_id = @Id ORDER BY invitation.session_id, invitation.id",
            new { row.Id }
        );
        foreach (var invitation in invitations)
        {
            // Where there was no address, every link was handed over by other means, to the guest.
            if (row.Email is not null)
                await EndLinks(tx, invitation, caller.Standing.Link?.Id, now);
            if (
                !invitation.State.TakesPlace()
                || await SessionFacts.Find(tx, invitation.SessionId) is not { IsCancelled: false } session
            )
                continue;
            // What waits for the mail server would go to the right mailbox, too, and say the same.
            foreach (var said in Said)
                await OutboxTable.Recall(tx, said, invitation.Id);
            var told = false;
            if (invitation.State is InvitationStatus.Accepted && now < session.BeginsAt)
            {
                await OutboxTable.Recall(tx, TicketTable.ToGuest, invitation.Id);
                told = await TicketTable.TellGuest(tx, invitation.Id, now);
            }
            // Which letter it becomes is decided when it is written: an answer may be on its way.
            if (!told)
                await tx.Send(InvitationTable.Readdressed, new Notice(invitation.Id), now);
        }
    }

    static async Task EndLinks(Tx tx, InvitationRow invitation, string? except, Instant now)
    {
        var revoked = await PersonalLinkTable.Revoke(tx, LinkPurpose.Invitation, invitation.Id, now, except);
        if (revoked > 0)
            await tx.Record(
                now,
                new Change(invitation.SessionId, "invitation.links_revoked", invitation.Id, After: new { revoked })
            );
    }
}
