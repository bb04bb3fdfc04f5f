using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime.Text;

namespace ClosedDoor.Features.Sessions;

/// <summary>Sessions by day, the earliest first.</summary>
public static class ListSessions
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions", Handle)
            .Named("ListSessions", "List sessions")
            .Answers<Page<SessionView>>()
            .Refuses(Refusals.InvalidCursor);

    static async ValueTask<IResult> Handle(Caller caller, Database db, KeptAnswers kept, int? limit, string? cursor) =>
        caller.IsStaff
            ? (await Execute(db, caller, new Paging(limit, cursor))).ToOk()
            : await kept.Get(
                $"sessions {limit} {cursor}",
                caller.Now,
                () => Execute(db, caller, new Paging(limit, cursor)),
                page => page.Items.Min(session => session.ChangesAt)
            );

    public static async Task<Outcome<Page<SessionView>>> Execute(Database db, Caller caller, Paging paging)
    {
        if (paging.After(2, out var after) is { } noCursor)
            return noCursor;

        // The page is found first: grouped before they are cut, the reservations of all sessions would be counted.
        var rows = await db.Read(read =>
            read.All<SessionRow>(
                $"""
                {SessionView.Select}
                WHERE session.id IN (
                    SELECT page.id FROM session AS page
                    WHERE (page.published_at IS NOT NULL OR @forStaff = 1) AND (page.date, page.id) > (@date, @id)
                    ORDER BY page.date, page.id LIMIT @most)
                GROUP BY session.id ORDER BY session.date, session.id
                """,
                new
                {
                    now = caller.Now,
                    forStaff = caller.IsStaff ? 1L : 0L,
                    date = after?[0] ?? "",
                    id = after?[1] ?? "",
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(
            rows,
            row => [LocalDatePattern.Iso.Format(row.Date), row.Id],
            row => row.ToView(caller.IsStaff)
        );
    }
}
