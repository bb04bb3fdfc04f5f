using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Every change to timetables, all of them under the session's lock.</summary>
static class TimetableTable
{
    /// <summary>A timetable with its session locked; null when there is none.</summary>
    public static async Task<TimetableRow?> Lock(Tx tx, string id)
    {
        var sessionId = await tx.Find<string>("SELECT session_id FROM timetable WHERE id = @id", new { id });
        if (sessionId is null || await SessionTable.Lock(tx, sessionId) is null)
            return null;
        return await TimetableRow.Find(tx, id);
    }

    public static async Task<string> Add(
        Tx tx,
        string sessionId,
        TimetablePlan plan,
        string certificate,
        string? basedOn,
        Instant now
    )
    {
        var id = TypeId.New("ttb", now);
        var number =
            1
            + await tx.Get<long>(
                "SELECT COALESCE(MAX(number), 0) FROM timetable WHERE session_id = @sessionId",
                new { sessionId }
            );
        await tx.Execute(
            """
            INSERT INTO timetable (id, session_id, number, status, plan, certificate, edited, based_on, made_by, created_at, version)
            VALUES (@id, @sessionId, @number, 'draft', @Stored, @certificate, 0, @basedOn, @Actor, @now, 1)
            """,
            new
            {
                id,
                sessionId,
                number,
                Stored = plan.ToStored(),
                certificate,
                basedOn,
                tx.Actor,
                now,
            }
        );
        await tx.Record(
            now,
            new Change(sessionId, "timetable.made", id, After: new { number, meetings = plan.Meetings.Count })
        );
        return id;
    }

    /// <summary>Puts meetings that were set by hand in the place of those of a draft.</summary>
    public static async Task Edit(Tx tx, TimetableRow row, TimetablePlan plan, string? certificate, Instant now)
    {
        await tx.Execute(
            """
            UPDATE timetable SET plan = @Stored, certificate = @certificate, status = 'draft', edited = 1, version = version + 1
            WHERE id = @Id AND status = @Status
            """,
            new
            {
                row.Id,
                row.Status,
                Stored = plan.ToStored(),
                certificate,
            }
        );
        await tx.Record(
            now,
            new Change(row.SessionId, "timetable.edited", row.Id, After: new { meetings = plan.Meetings })
        );
    }

    /// <summary>False when the trigger is refused in the state that the timetable is in.</summary>
    public static async Task<bool> Transition(Tx tx, TimetableRow row, TimetableTrigger trigger, Instant now)
    {
        if (row.State.After(trigger) is not { } to)
            return false;
        var done = await tx.Execute(
            """
            UPDATE timetable SET status = @To, version = version + 1,
                published_at = CASE WHEN @To = 'published' THEN @now ELSE published_at END
            WHERE id = @Id AND status = @Status
            """,
            new
            {
                row.Id,
                row.Status,
                To = to.Word(),
                now,
            }
        );
        if (done == 1)
            await tx.Record(
                now,
                new Change(
                    row.SessionId,
                    $"timetable.{to.Word()}",
                    row.Id,
                    new { status = row.State },
                    new { status = to }
                )
            );
        return done == 1;
    }
}
