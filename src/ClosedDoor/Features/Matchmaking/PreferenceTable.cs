using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to what companies and guests wish of each other.</summary>
static class PreferenceTable
{
    /// <summary>Puts one side's wishes in the place of those that it had.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="speaker">Who wishes.</param>
    /// <param name="wishes">By the invitation, or the company, on the other side.</param>
    /// <param name="now">When.</param>
    public static async Task Replace(Tx tx, Speaker speaker, IReadOnlyDictionary<string, Wish> wishes, Instant now)
    {
        var byCompany = speaker.Side is MeetingSide.Company;
        var own = byCompany ? "company_id" : "invitation_id";
        var side = speaker.Side.Word();
        await tx.Execute(
            $"DELETE FROM preference WHERE session_id = @SessionId AND side = @side AND {own} = @Id",
            new
            {
                speaker.SessionId,
                side,
                speaker.Id,
            }
        );
        foreach (var (other, wish) in wishes)
            await tx.Execute(
                """
                INSERT INTO preference (session_id, side, company_id, invitation_id, wish, said_at)
                VALUES (@SessionId, @side, @company, @invitation, @wish, @now)
                """,
                new
                {
                    speaker.SessionId,
                    side,
                    company = byCompany ? speaker.Id : other,
                    invitation = byCompany ? other : speaker.Id,
                    wish = wish.Word(),
                    now,
                }
            );
        // How many, not whom: the log is read by more people than may know of a veto.
        await tx.Record(now, new Change(speaker.SessionId, "preferences.set", speaker.Id, After: new { wishes.Count }));
    }

    /// <summary>The companies that a guest does not wish to meet.</summary>
    public static async Task<HashSet<string>> KeptAwayFrom(Statements read, string sessionId, string invitationId) =>
        [
            .. await read.All<string>(
                """
                SELECT company_id FROM preference WHERE session_id = @sessionId AND side = 'guest'
                    AND invitation_id = @invitationId AND wish IN ('veto', 'recuse')
                """,
                new { sessionId, invitationId }
            ),
        ];

    /// <summary>Whom a forgotten guest wished to meet or not is nobody's business any more, and who wished for the guest neither.</summary>
    public static Task ForgetGuest(Tx tx, string guestId) =>
        tx.Execute(
            "DELETE FROM preference WHERE invitation_id IN (SELECT id FROM invitation WHERE guest_id = @guestId)",
            new { guestId }
        );
}
