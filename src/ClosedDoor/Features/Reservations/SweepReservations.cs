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
    /// <summary>How many reservations are looked for at a time.</summary>
    internal int PageSize { get; init; } = 200;

    /// <returns>How many reservations ended.</returns>
    /// <exception cref="AggregateException">Some session could not be swept. All others were.</exception>
    public async Task<int> RunOnce(Instant now)
    {
        var ended = 0;
        var swept = new HashSet<string>(StringComparer.Ordinal);
        var failures = new List<Exception>();
        var last = new LapsedRow();
        List<LapsedRow> page;
        do
        {
            page = await database.Read(read => Lapsed(read, last, now));
            foreach (var sessionId in page.Select(row => row.SessionId).Where(swept.Add))
            {
                try
                {
                    ended += await Sweep(sessionId, now);
                }
                catch (Exception e) when (e is not DatabaseUnavailableException)
                {
                    // The others are not kept waiting for somebody to look into this one, which would stand before them every time.
                    failures.Add(new InvalidOperationException($"{sessionId} could not be swept.", e));
                }
            }
            last = page.LastOrDefault() ?? last;
        } while (page.Count == PageSize);
        return failures.Count == 0 ? ended : throw new AggregateException(failures);
    }

    /// <summary>The next reservations that have lapsed, the longest ago first.</summary>
    Task<List<LapsedRow>> Lapsed(Statements read, LapsedRow after, Instant now) =>
        // No DISTINCT in the statement: with it SQLite would go through the reservations of all sessions.
        read.All<LapsedRow>(
            $"""
            SELECT id, session_id, hold_expires_at FROM reservation
            WHERE {ReservationStates.Lapsed} AND (hold_expires_at, id) > (@HoldExpiresAt, @Id)
            ORDER BY hold_expires_at, id LIMIT {PageSize}
            """,
            new
            {
                now,
                after.HoldExpiresAt,
                after.Id,
            }
        );

    Task<int> Sweep(string sessionId, Instant now) =>
        database.Write(
            "job:sweep-reservations",
            async tx =>
                await SessionTable.Lock(tx, sessionId) is { } sale
                    ? await ReservationEnd.ReleaseAndPromote(tx, sale, now)
                    : 0
        );

    sealed record LapsedRow
    {
        public string Id { get; init; } = "";
        public string SessionId { get; init; } = "";
        public Instant HoldExpiresAt { get; init; }
    }
}
