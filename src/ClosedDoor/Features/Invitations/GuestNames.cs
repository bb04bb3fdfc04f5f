using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Invitations;

/// <summary>Which guests' names a company may be told: see <see cref="Visibility"/>.</summary>
static class GuestNames
{
    /// <summary>The invitations of a session whose guests have consented, one by one, to being named (PIPL §23).</summary>
    public static async Task<HashSet<string>> Agreed(Statements db, string sessionId) =>
        (
            await db.All<string>(
                """
                SELECT consent.invitation_id FROM consent JOIN invitation ON invitation.id = consent.invitation_id
                WHERE invitation.session_id = @sessionId AND consent.kind = 'naming' AND consent.withdrawn_at IS NULL
                """,
                new { sessionId }
            )
        ).ToHashSet();

    public static bool ToldToCompanies(InvitationRow row, bool agrees) =>
        Visibility.Of(Viewing.ConfirmedCompany).ShowsName(row.GuestKind, agrees, row.ReleasedAt is not null);
}
