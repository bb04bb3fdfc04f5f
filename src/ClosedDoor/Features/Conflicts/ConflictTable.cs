using ClosedDoor.Domain;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Conflicts;

/// <summary>Every declaration of a conflict of interest. The last word of each side counts; the log keeps when it changed.</summary>
static class ConflictTable
{
    /// <summary>Keeps what one side says. Where it is a conflict, the two do not meet any more. The caller holds the session's row.</summary>
    public static async Task Declare(
        Tx tx,
        string sessionId,
        MeetingSide by,
        IReadOnlyList<(Pair Pair, Declaration Declared)> all,
        Instant now
    )
    {
        // Of what is said twice in one breath, the last word.
        var last = all.GroupBy(one => one.Pair).Select(same => same.Last()).ToList();
        foreach (var (pair, declared) in last)
            await Declare(tx, sessionId, by, pair, declared, now);
        var barred = last.Where(one => one.Declared.Kinds.Count > 0).Select(one => one.Pair);
        await CallOffMeetings.OfPairs(tx, [.. barred], now);
    }

    static async Task Declare(Tx tx, string sessionId, MeetingSide by, Pair pair, Declaration declared, Instant now)
    {
        await tx.Execute(
            """
            INSERT INTO conflict_declaration (guest_id, company_id, declared_by, kinds, note, declared_at)
            VALUES (@GuestId, @CompanyId, @by, @Kinds, @Note, @now)
            ON CONFLICT (guest_id, company_id, declared_by)
                DO UPDATE SET kinds = excluded.kinds, note = excluded.note, declared_at = excluded.declared_at
            """,
            new
            {
                pair.GuestId,
                pair.CompanyId,
                by = by.Word(),
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
                pair.GuestId,
                After: new
                {
                    company = pair.CompanyId,
                    by,
                    conflicts = declared.Kinds.Count,
                }
            )
        );
    }

    /// <summary>What was said about a forgotten guest in words of one's own; that a pair was barred stays.</summary>
    public static Task ForgetGuest(Tx tx, string guestId) =>
        tx.Execute(
            "UPDATE conflict_declaration SET note = NULL WHERE guest_id = @guestId AND note IS NOT NULL",
            new { guestId }
        );
}

/// <summary>A guest and a company, in whatever session.</summary>
sealed record Pair(string GuestId, string CompanyId);
