using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Quorum;

/// <summary>Every change to what sessions need of people. The caller holds the session's row.</summary>
static class QuorumTable
{
    /// <summary>Puts down what is in force from now on.</summary>
    public static async Task Set(Tx tx, string sessionId, QuorumRow row, Instant now)
    {
        await Keep(tx, sessionId, row);
        if (row.DeadlineAt > now) // What was warned of belonged to an earlier deadline.
            await tx.Execute("UPDATE quorum SET warned_at = NULL WHERE session_id = @sessionId", new { sessionId });
        await tx.Record(now, new Change(sessionId, "quorum.set", sessionId, After: new { row.Rule, row.DeadlineAt }));
    }

    /// <summary>The session begins at another time: the deadline keeps its distance, and is warned of anew when it lies ahead.</summary>
    public static async Task GoWith(Tx tx, string sessionId, Duration by, Instant now)
    {
        var moved = await tx.Find<long?>(
            """
            UPDATE quorum SET deadline_at = deadline_at + @by, version = version + 1,
                warned_at = CASE WHEN deadline_at + @by > @now THEN NULL ELSE warned_at END
            WHERE session_id = @sessionId RETURNING deadline_at
            """,
            new
            {
                sessionId,
                by = (long)by.TotalMilliseconds,
                now,
            }
        );
        if (moved is { } deadline)
            await tx.Record(
                now,
                new Change(
                    sessionId,
                    "quorum.deadline_moved",
                    sessionId,
                    After: new { DeadlineAt = Instant.FromUnixTimeMilliseconds(deadline) }
                )
            );
    }

    /// <summary>False when somebody was warned already: of several instances one writes.</summary>
    public static async Task<bool> Warn(Tx tx, string sessionId, QuorumRow row, Instant now)
    {
        await Keep(tx, sessionId, row);
        var warned = await tx.Execute(
            "UPDATE quorum SET warned_at = @now WHERE session_id = @sessionId AND warned_at IS NULL",
            new { sessionId, now }
        );
        if (warned == 1)
            await tx.Record(now, new Change(sessionId, "quorum.warned", sessionId));
        return warned == 1;
    }

    /// <summary>False when it was confirmed already.</summary>
    public static async Task<bool> Confirm(Tx tx, string sessionId, QuorumRow row, QuorumCount count, Instant now)
    {
        await Keep(tx, sessionId, row);
        var confirmed = await tx.Execute(
            """
            UPDATE quorum SET confirmed_at = @now, version = version + 1
            WHERE session_id = @sessionId AND confirmed_at IS NULL
            """,
            new { sessionId, now }
        );
        if (confirmed == 1)
            await tx.Record(now, new Change(sessionId, "session.confirmed", sessionId, After: count));
        return confirmed == 1;
    }

    static Task<int> Keep(Tx tx, string sessionId, QuorumRow row) =>
        tx.Execute(
            """
            INSERT INTO quorum (session_id, hospitals_least, hospitals_most, experts_least, experts_most, companies_least,
                deadline_at, version)
            VALUES (@sessionId, @HospitalsLeast, @HospitalsMost, @ExpertsLeast, @ExpertsMost, @CompaniesLeast, @DeadlineAt, 1)
            ON CONFLICT (session_id) DO UPDATE SET hospitals_least = excluded.hospitals_least,
                hospitals_most = excluded.hospitals_most, experts_least = excluded.experts_least,
                experts_most = excluded.experts_most, companies_least = excluded.companies_least,
                deadline_at = excluded.deadline_at, version = quorum.version + 1
            """,
            new
            {
                sessionId,
                row.HospitalsLeast,
                row.HospitalsMost,
                row.ExpertsLeast,
                row.ExpertsMost,
                row.CompaniesLeast,
                row.DeadlineAt,
            }
        );
}

/// <summary>What a session needs of people, and what became of it.</summary>
sealed record QuorumRow
{
    public long HospitalsLeast { get; init; }
    public long HospitalsMost { get; init; }
    public long ExpertsLeast { get; init; }
    public long ExpertsMost { get; init; }
    public long CompaniesLeast { get; init; }
    public Instant DeadlineAt { get; init; }
    public Instant? WarnedAt { get; init; }
    public Instant? ConfirmedAt { get; init; }
    public long Version { get; init; }

    public QuorumRule Rule => new(HospitalsLeast, HospitalsMost, ExpertsLeast, ExpertsMost, CompaniesLeast);

    /// <summary>Where nothing was set for the session, the operator's settings hold.</summary>
    public static async Task<QuorumRow> Of(Statements db, string sessionId, Settings settings) =>
        await db.Find<QuorumRow>(
            """
            SELECT hospitals_least, hospitals_most, experts_least, experts_most, companies_least, deadline_at, warned_at,
                confirmed_at, version
            FROM quorum WHERE session_id = @sessionId
            """,
            new { sessionId }
        ) ?? await Usual(db, sessionId, settings);

    static async Task<QuorumRow> Usual(Statements db, string sessionId, Settings settings)
    {
        var session = await db.Get<SessionShape>(
            "SELECT seat_cap, begins_at FROM session WHERE id = @sessionId",
            new { sessionId }
        );
        return new()
        {
            HospitalsLeast = settings.HospitalsLeast,
            HospitalsMost = Math.Max(settings.HospitalsLeast, settings.HospitalsMost),
            ExpertsLeast = settings.ExpertsLeast,
            ExpertsMost = Math.Max(settings.ExpertsLeast, settings.ExpertsMost),
            // A smaller room needs no more companies than it seats.
            CompaniesLeast = Math.Min(settings.CompaniesLeast, session.SeatCap),
            DeadlineAt = session.BeginsAt - Duration.FromDays(settings.QuorumDays),
        };
    }

    sealed record SessionShape
    {
        public long SeatCap { get; init; }
        public Instant BeginsAt { get; init; }
    }
}
