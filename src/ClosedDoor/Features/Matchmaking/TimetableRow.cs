using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

sealed record TimetableRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public long Number { get; init; }
    public string Status { get; init; } = "";
    public string Plan { get; init; } = "";
    public string? Certificate { get; init; }
    public long Edited { get; init; }
    public string? BasedOn { get; init; }
    public Instant CreatedAt { get; init; }
    public Instant? PublishedAt { get; init; }
    public long Version { get; init; }

    public const string Select = """
        SELECT id, session_id, number, status, plan, certificate, edited, based_on, created_at, published_at, version
        FROM timetable
        """;

    public TimetableStatus State => Words.Parse<TimetableStatus>(Status);

    public static Task<TimetableRow?> Find(Statements db, string id) =>
        db.Find<TimetableRow>($"{Select} WHERE id = @id", new { id });

    /// <summary>What people have been given to go by, the present one and those before it.</summary>
    public static async Task<List<TimetablePlan>> EverPublished(Statements db, string sessionId) =>
        [
            .. (
                await db.All<string>(
                    "SELECT plan FROM timetable WHERE session_id = @sessionId AND published_at IS NOT NULL",
                    new { sessionId }
                )
            ).Select(TimetablePlan.FromStored),
        ];

    /// <summary>The one that people have in their hands; null before there is one.</summary>
    public static Task<TimetableRow?> Published(Statements db, string sessionId) =>
        db.Find<TimetableRow>($"{Select} WHERE session_id = @sessionId AND status = 'published'", new { sessionId });
}
