using ClosedDoor.Features.Delegates;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Sessions;

/// <summary>
/// A session's day is later than it was: the personal links of those who come hold as long after it as new ones would.
/// The caller holds the session's row.
/// </summary>
static class ProlongLinks
{
    public static async Task Of(Tx tx, string sessionId, Instant begins, Instant now)
    {
        var links =
            await PersonalLinkTable.Prolong(
                tx,
                LinkPurpose.Invitation,
                "SELECT id FROM invitation WHERE session_id = @sessionId",
                sessionId,
                IssueInvitationLink.ExpiresAt(begins),
                now
            )
            + await PersonalLinkTable.Prolong(
                tx,
                LinkPurpose.Delegate,
                """
                SELECT delegate.id FROM delegate JOIN reservation ON reservation.id = delegate.reservation_id
                WHERE reservation.session_id = @sessionId
                """,
                sessionId,
                IssueDelegateLink.ExpiresAt(begins),
                now
            );
        if (links > 0)
            await tx.Record(now, new Change(sessionId, "links.prolonged", sessionId, After: new { links }));
    }
}
