using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Platform.Outbox;

/// <summary>A message that nobody could deliver and that waits for an organizer.</summary>
/// <param name="Subject">The id of what the message is about.</param>
/// <param name="LastError">What the last attempt failed with, for whoever runs the service.</param>
public sealed record ParkedMessageView(
    string Id,
    string Kind,
    string? Subject,
    long Attempts,
    string? LastError,
    Instant CreatedAt,
    Instant ParkedAt
);

/// <summary>Messages that failed too often, the oldest first.</summary>
public static class ListParkedMessages
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/outbox/parked", Handle)
            .Named("ListParkedMessages", "List messages that could not be delivered")
            .RequireAuthorization(Policy.Organize)
            .Answers<Page<ParkedMessageView>>()
            .Refuses(Refusals.InvalidCursor);

    static async Task<IResult> Handle(Database db, int? limit, string? cursor) =>
        (await Execute(db, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<ParkedMessageView>>> Execute(Database db, Paging paging)
    {
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        var rows = await db.Read(read =>
            read.All<Row>(
                """
                SELECT id, kind, body, attempts, last_error, created_at, parked_at FROM outbox
                WHERE parked_at IS NOT NULL AND id > @after ORDER BY id LIMIT @most
                """,
                new { after, most = paging.Most }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToView());
    }

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string Kind { get; init; } = "";
        public string Body { get; init; } = "";
        public long Attempts { get; init; }
        public string? LastError { get; init; }
        public Instant CreatedAt { get; init; }
        public Instant ParkedAt { get; init; }

        public ParkedMessageView ToView() => new(Id, Kind, SubjectOf(Body), Attempts, LastError, CreatedAt, ParkedAt);

        // A body of another release may have another form.
        static string? SubjectOf(string body)
        {
            using var json = JsonDocument.Parse(body);
            return
                json.RootElement.ValueKind is JsonValueKind.Object
                && json.RootElement.TryGetProperty("id", out var id)
                && id.ValueKind is JsonValueKind.String
                ? id.GetString()
                : null;
        }
    }
}
