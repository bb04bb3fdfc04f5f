using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>An entry of the waitlist to its company, and a session's whole waitlist, in order, to the organizers.</summary>
public static class ShowWaitlist
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/waitlist/{entryId}",
                async (string entryId, Caller caller, Database db) => (await Execute(db, caller, entryId)).ToOk()
            )
            .Named("ShowWaitlistEntry", "Show a waitlist entry with its position")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<WaitlistView>()
            .Refuses(Refusals.NotFound);

        api.MapGet(
                "/sessions/{sessionId}/waitlist",
                async (string sessionId, Database db) => (await ExecuteAll(db, sessionId)).ToOk()
            )
            .Named("ShowWaitlist", "Show who waits, in order")
            .RequireAuthorization(Policy.Organize)
            .Answers<Page<WaitlistView>>();
    }

    public static async Task<Outcome<WaitlistView>> Execute(Database db, Caller caller, string entryId)
    {
        var row = await db.Read(read => read.Find<Row>($"{Select} WHERE entry.id = @entryId", new { entryId }));
        return row is not null && caller.MaySee(row.CompanyId) ? row.ToView() : Refusals.NotFound;
    }

    // A waitlist is as long as its session is wanted; a page of it would hide the order that it is for.
    static async Task<Outcome<Page<WaitlistView>>> ExecuteAll(Database db, string sessionId)
    {
        if (!await db.Read(read => SessionTable.Exists(read, sessionId)))
            return Refusals.NotFound;
        var rows = await db.Read(read =>
            read.All<Row>(
                $"{Select} WHERE entry.session_id = @sessionId AND entry.status = 'waiting' ORDER BY entry.number",
                new { sessionId }
            )
        );
        return new Page<WaitlistView>([.. rows.Select(row => row.ToView())], null);
    }

    const string Select = """
        SELECT entry.id, entry.session_id, entry.company_id, entry.status, entry.reservation_id, entry.created_at, entry.version,
            (SELECT COUNT(*) FROM waitlist_entry earlier WHERE earlier.session_id = entry.session_id
                AND earlier.status = 'waiting' AND earlier.number <= entry.number) AS position
        FROM waitlist_entry entry
        """;

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string SessionId { get; init; } = "";
        public string CompanyId { get; init; } = "";
        public string Status { get; init; } = "";
        public string? ReservationId { get; init; }
        public Instant CreatedAt { get; init; }
        public long Version { get; init; }
        public long Position { get; init; }

        WaitlistStatus State => Words.Parse<WaitlistStatus>(Status);

        public WaitlistView ToView() =>
            new(
                Id,
                SessionId,
                CompanyId,
                State is WaitlistStatus.Waiting ? Position : null,
                State,
                ReservationId,
                CreatedAt,
                Version
            );
    }
}
