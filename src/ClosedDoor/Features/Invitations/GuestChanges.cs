using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>What follows when somebody who had a place leaves it.</summary>
static class GuestChanges
{
    /// <summary>To each company that has paid: the guest list has changed, without a name.</summary>
    public const string Changed = "guests.changed.v1";

    /// <summary>To a guest without a ticket: the session has moved or is off, or the invitation is taken back.</summary>
    public const string Told = "invitation.told.v1";

    /// <summary>The session has moved or is off: whoever was asked and has no ticket hears of it, as the others do by theirs.</summary>
    public static async Task TellWithoutTicket(Tx tx, string sessionId, Instant now)
    {
        var asked = await tx.All<string>(
            """
            SELECT id FROM invitation WHERE session_id = @sessionId AND status IN ('invited', 'opened', 'accepted')
                AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.invitation_id = invitation.id)
            ORDER BY id
            """,
            new { sessionId }
        );
        foreach (var id in asked)
            await tx.Send(Told, new Notice(id), now);
    }

    /// <summary>
    /// The first substitute who fits moves up; then, if the guest had accepted, the companies that have paid are told.
    /// The caller holds the session's row and has read <paramref name="left"/> before it was moved.
    /// </summary>
    public static async Task PlaceLeft(Tx tx, Sale session, InvitationRow left, Instant now)
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
            if (await InvitationTable.Move(tx, row, InvitationTrigger.MoveUp, now))
                return;
        }
    }

    /// <summary>Counts and no names: who left, and who comes instead, is the guests' own affair.</summary>
    public static async Task<Letter?> Mail(Statements read, string reservationId, Settings settings)
    {
        if (await ReservationNews.Find(read, reservationId, ReservationStatus.Confirmed) is not { } news)
            return null;
        var quorum = await QuorumView.Of(read, news.Reservation.SessionId, settings);
        return news.Letter(
            settings,
            new("嘉宾安排有调整", "The guest list has changed"),
            [
                new(
                    "以下闭门会场次的一位嘉宾因故不能出席，我们已按候补名单安排。您的席位不受影响。",
                    "One of the guests of the closed-door session below cannot come; we are filling the place from the list of substitutes. Your seat is not affected."
                ),
            ],
            new Fact(new("已确认医院", "Hospitals confirmed"), Wording.Number(quorum.Has.Hospitals)),
            new Fact(
                new("已确认卫健委嘉宾与科研专家", "Officials and experts confirmed"),
                Wording.Number(quorum.Has.Experts)
            )
        );
    }
}
