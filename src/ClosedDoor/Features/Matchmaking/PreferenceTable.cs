using ClosedDoor.Domain;
using ClosedDoor.Features.Guests;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to what companies and guests wish of each other.</summary>
static class PreferenceTable
{
    /// <summary>Puts one side's wishes in the place of those that it had.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="side">Who wishes: <c>company</c> or <c>guest</c>.</param>
    /// <param name="subjectId">The company or the invitation that wishes.</param>
    /// <param name="wishes">By the invitation, or the company, on the other side.</param>
    /// <param name="now">When.</param>
    public static async Task Replace(
        Tx tx,
        string sessionId,
        string side,
        string subjectId,
        IReadOnlyDictionary<string, Wish> wishes,
        Instant now
    )
    {
        var own = side == "company" ? "company_id" : "invitation_id";
        await tx.Execute(
            $"DELETE FROM preference WHERE session_id = @sessionId AND side = @side AND {own} = @subjectId",
            new
            {
                sessionId,
                side,
                subjectId,
            }
        );
        foreach (var (other, wish) in wishes)
            await tx.Execute(
                """
                INSERT INTO preference (session_id, side, company_id, invitation_id, wish, said_at)
                VALUES (@sessionId, @side, @company, @invitation, @wish, @now)
                """,
                new
                {
                    sessionId,
                    side,
                    company = side == "company" ? subjectId : other,
                    invitation = side == "company" ? other : subjectId,
                    wish = wish.Word(),
                    now,
                }
            );
        // How many, not whom: the log is read by more people than may know of a veto.
        await tx.Record(now, new Change(sessionId, "preferences.set", subjectId, After: new { wishes.Count }));
    }

    /// <summary>Whom a forgotten guest wished to meet or not is nobody's business any more, and who wished for the guest neither.</summary>
    public static Task ForgetGuest(Tx tx, string guestId) =>
        tx.Execute(
            "DELETE FROM preference WHERE invitation_id IN (SELECT id FROM invitation WHERE guest_id = @guestId)",
            new { guestId }
        );

    /// <summary>What one side said, by the other side's id.</summary>
    public static async Task<Dictionary<string, Wish>> Of(
        Statements db,
        string sessionId,
        string side,
        string subjectId
    )
    {
        var (own, other) = side == "company" ? ("company_id", "invitation_id") : ("invitation_id", "company_id");
        var rows = await db.All<Row>(
            $"""
            SELECT {other} AS other, wish FROM preference
            WHERE session_id = @sessionId AND side = @side AND {own} = @subjectId
            """,
            new
            {
                sessionId,
                side,
                subjectId,
            }
        );
        return rows.ToDictionary(row => row.Other, row => Words.Parse<Wish>(row.Wish));
    }

    sealed record Row
    {
        public string Other { get; init; } = "";
        public string Wish { get; init; } = "";
    }
}
