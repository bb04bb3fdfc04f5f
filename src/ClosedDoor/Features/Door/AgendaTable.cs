using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>Every change to what the days of sessions hold, hour by hour (日程).</summary>
static class AgendaTable
{
    public static async Task Replace(Tx tx, string sessionId, IReadOnlyList<AgendaItemView> items, Instant now)
    {
        await tx.Execute("DELETE FROM agenda_item WHERE session_id = @sessionId", new { sessionId });
        var number = 0L;
        foreach (var item in items)
        {
            number++;
            await tx.Execute(
                """
                INSERT INTO agenda_item (id, session_id, number, starts_at, ends_at, title, speaker)
                VALUES (@id, @sessionId, @number, @StartsAt, @EndsAt, @Title, @Speaker)
                """,
                new
                {
                    id = TypeId.New("agd", now),
                    sessionId,
                    number,
                    item.StartsAt,
                    item.EndsAt,
                    item.Title,
                    item.Speaker,
                }
            );
        }
        await tx.Record(now, new Change(sessionId, "agenda.set", sessionId, After: new { items = items.Count }));
    }

    public static async Task<List<AgendaItemView>> Of(Statements read, string sessionId) =>
        [
            .. (
                await read.All<Row>(
                    "SELECT starts_at, ends_at, title, speaker FROM agenda_item WHERE session_id = @sessionId ORDER BY number",
                    new { sessionId }
                )
            ).Select(row => new AgendaItemView(row.StartsAt, row.EndsAt, row.Title, row.Speaker)),
        ];

    sealed record Row
    {
        public LocalTime StartsAt { get; init; }
        public LocalTime EndsAt { get; init; }
        public string Title { get; init; } = "";
        public string? Speaker { get; init; }
    }
}

/// <param name="StartsAt">Civil time of the session's day.</param>
/// <param name="Speaker">For the organizers and the paper on the day: companies and guests are not told who speaks.</param>
public sealed record AgendaItemView(LocalTime StartsAt, LocalTime EndsAt, string Title, string? Speaker);
