using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Conflicts;

/// <summary>Every declaration of a conflict of interest. The last word of each side counts; the log keeps when it changed.</summary>
static class ConflictTable
{
    public const string Guest = "guest";
    public const string Company = "company";

    /// <summary>Keeps what one side says. Where it is a conflict, the two do not meet any more. The caller holds the session's row.</summary>
    public static async Task Declare(
        Tx tx,
        string sessionId,
        string guestId,
        string companyId,
        string by,
        Declaration declared,
        Instant now
    )
    {
        await tx.Execute(
            """
            INSERT INTO conflict_declaration (guest_id, company_id, declared_by, kinds, note, declared_at)
            VALUES (@guestId, @companyId, @by, @Kinds, @Note, @now)
            ON CONFLICT (guest_id, company_id, declared_by)
                DO UPDATE SET kinds = excluded.kinds, note = excluded.note, declared_at = excluded.declared_at
            """,
            new
            {
                guestId,
                companyId,
                by,
                Kinds = string.Join(' ', declared.Kinds.Select(kind => kind.Word())),
                declared.Note,
                now,
            }
        );
        await tx.Record(
            now,
            new Change(
                sessionId,
                "conflict.declared",
                guestId,
                After: new
                {
                    company = companyId,
                    by,
                    conflicts = declared.Kinds.Count,
                }
            )
        );
        if (declared.Kinds.Count > 0)
            await CallOffMeetings.OfPair(tx, guestId, companyId, now);
    }

    /// <summary>What was said about a forgotten guest in words of one's own; that a pair was barred stays.</summary>
    public static Task ForgetGuest(Tx tx, string guestId) =>
        tx.Execute(
            "UPDATE conflict_declaration SET note = NULL WHERE guest_id = @guestId AND note IS NOT NULL",
            new { guestId }
        );
}
