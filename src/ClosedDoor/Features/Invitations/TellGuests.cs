using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>What guests hear when something changes under them and they have no ticket that would say so.</summary>
static class TellGuests
{
    /// <summary>To a guest without a ticket: the session has moved or is off, or the invitation is taken back.</summary>
    public const string Told = "invitation.told.v1";

    /// <summary>The session has moved or is off: whoever was asked and has no ticket hears of it, as the others do by theirs.</summary>
    public static async Task WithoutTicket(Tx tx, string sessionId, Instant now)
    {
        var asked = await tx.All<string>(
            $"""
            SELECT id FROM invitation WHERE session_id = @sessionId AND {InvitationStates.TakesPlace}
                AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.invitation_id = invitation.id)
            ORDER BY id
            """,
            new { sessionId }
        );
        foreach (var id in asked)
            await tx.Send(Told, new Notice(id), now);
    }
}
