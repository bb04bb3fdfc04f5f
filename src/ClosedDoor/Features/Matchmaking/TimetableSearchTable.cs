using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Searches that are running, one a session at the most, on whichever instance. A search writes how far it is from time
/// to time; one that has been silent for long has died with its process, and another may take its place.
/// </summary>
static class TimetableSearchTable
{
    static readonly Duration Silence = Duration.FromMinutes(1);

    /// <summary>False when a search of this session is running.</summary>
    public static async Task<bool> Begin(Tx tx, string id, string sessionId, long seconds, Instant now) =>
        await tx.Execute(
            """
            INSERT INTO timetable_search (session_id, id, seconds, steps, proved, stop_asked, begun_at, told_at)
            VALUES (@sessionId, @id, @seconds, 0, 0, 0, @now, @now)
            ON CONFLICT (session_id) DO UPDATE SET id = @id, seconds = @seconds, stage = NULL, steps = 0, gap = NULL,
                proved = 0, stop_asked = 0, begun_at = @now, told_at = @now
            WHERE timetable_search.told_at < @dead
            """,
            new
            {
                id,
                sessionId,
                seconds,
                now,
                dead = now - Silence,
            }
        ) == 1;

    /// <returns>Whether it is to stop.</returns>
    public static async Task<bool> Tell(Tx tx, string id, SearchProgress? progress, Instant now) =>
        await tx.Find<long?>(
            """
            UPDATE timetable_search SET stage = @Stage, steps = @Steps, gap = @Gap, proved = @Proved, told_at = @now
            WHERE id = @id RETURNING stop_asked
            """,
            new
            {
                id,
                Stage = progress?.Stage.Word(),
                Steps = progress?.Steps ?? 0,
                Gap = progress is { } one ? (long)(one.Gap * 1_000_000) : (long?)null,
                Proved = progress is { Proved: true } ? 1L : 0L,
                now,
            }
        )
            is not 0;

    /// <summary>Null when none is running.</summary>
    public static async Task<TimetableSearchRow?> Stop(Tx tx, string sessionId, Instant now)
    {
        if (await Running(tx, sessionId, now) is not { } row)
            return null;
        if (row.StopAsked == 0)
        {
            await tx.Execute("UPDATE timetable_search SET stop_asked = 1 WHERE id = @Id", new { row.Id });
            await tx.Record(now, new Change(sessionId, "timetable_search.stop_asked", row.Id));
        }
        return row with { StopAsked = 1 };
    }

    public static Task<int> End(Tx tx, string id) =>
        tx.Execute("DELETE FROM timetable_search WHERE id = @id", new { id });

    public static Task<TimetableSearchRow?> Running(Statements db, string sessionId, Instant now) =>
        db.Find<TimetableSearchRow>(
            """
            SELECT session_id, id, seconds, stage, steps, gap, proved, stop_asked, begun_at FROM timetable_search
            WHERE session_id = @sessionId AND told_at >= @dead
            """,
            new { sessionId, dead = now - Silence }
        );
}

sealed record TimetableSearchRow
{
    public string SessionId { get; init; } = "";
    public string Id { get; init; } = "";
    public long Seconds { get; init; }
    public string? Stage { get; init; }
    public long Steps { get; init; }

    /// <summary>In millionths.</summary>
    public long? Gap { get; init; }
    public long Proved { get; init; }
    public long StopAsked { get; init; }
    public Instant BegunAt { get; init; }
}
