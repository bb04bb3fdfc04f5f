using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// Ends what has lapsed, so that mails go out and the waitlist moves, one session a transaction. Availability does not
/// depend on it. Any number of instances may sweep at once: the session's lock orders them, and the second finds nothing.
/// </summary>
public sealed class SweepReservations(Database database)
{
    /// <returns>How many reservations ended.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        // Not DISTINCT there: for that SQLite would go through the reservations of all sessions.
        var lapsed = await database.Read(db =>
            db.All<string>(
                $"""
                SELECT session_id FROM reservation WHERE {ReservationStates.Lapsed}
                ORDER BY hold_expires_at LIMIT 200
                """,
                new { now }
            )
        );
        var ended = 0;
        foreach (var sessionId in lapsed.Distinct())
        {
            ended += await database.Write(
                "job:sweep-reservations",
                async tx =>
                    await SessionTable.Take(tx, sessionId) is { } sale
                        ? await ReservationEnd.ReleaseAndPromote(tx, sale, now)
                        : 0
            );
        }
        return ended;
    }
}
