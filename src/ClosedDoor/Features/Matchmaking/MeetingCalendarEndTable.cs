using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Name and address of a guest who is about to be erased and whose meetings are called off: put aside for the one mail
/// that takes them out of the calendar, and gone with it.
/// </summary>
static class MeetingCalendarEndTable
{
    /// <summary>
    /// Before the meetings are called off and the guest is erased; nothing when there is no address, or neither a meeting to
    /// come nor a mail that has still to say that one is off.
    /// </summary>
    public static async Task Add(Tx tx, InvitationRow row, Instant now)
    {
        if (row.Email is not { Length: > 0 })
            return;
        var live = await MeetingRow.Live(tx, row.SessionId);
        if (
            !live.Any(one => one.InvitationId == row.Id && one.MayBeCalledOff(now))
            && !await OutboxTable.IsPending(tx, MeetingNews.GuestLeft, row.Id)
            && await MeetingNews.UntoldSince(tx, row.Id, now) is null
        )
            return;
        await tx.Execute(
            """
            INSERT INTO agenda_end (invitation_id, name, email, told_at) VALUES (@Id, @Name, @Email, @now)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                row.Id,
                row.Name,
                row.Email,
                now,
            }
        );
    }

    /// <summary>Once the mail is out.</summary>
    public static Task<int> Forget(Tx tx, string invitationId) =>
        tx.Execute("DELETE FROM agenda_end WHERE invitation_id = @invitationId", new { invitationId });

    /// <summary>When the mail could not be sent for so long that nobody waits for it.</summary>
    public static Task<int> ForgetOld(Tx tx, Instant before) =>
        tx.Execute("DELETE FROM agenda_end WHERE told_at < @before", new { before });
}
