using System.Globalization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A session's timetables, for the organizers: the drafts, the published one and those before it.</summary>
public static class ShowTimetable
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/timetables/{timetableId}",
                async (string timetableId, Database db) => (await Execute(db, timetableId)).ToOk()
            )
            .Named("ShowTimetable", "Show a timetable with its certificate")
            .RequireAuthorization(Policy.Staff)
            .Answers<TimetableView>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/sessions/{sessionId}/timetables",
                async (string sessionId, int? limit, string? cursor, Database db) =>
                    (await List(db, sessionId, new Paging(limit, cursor))).ToOk()
            )
            .Named("ListTimetables", "List a session's timetables, the newest first")
            .RequireAuthorization(Policy.Staff)
            .Answers<Page<TimetableView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor, Refusals.Invalid);
    }

    public static Task<Outcome<TimetableView>> Execute(Database db, string id) =>
        db.Read<Outcome<TimetableView>>(async read =>
            await TimetableRow.Find(read, id) is { } row ? await View(read, row) : Refusals.NotFound
        );

    public static async Task<Outcome<Page<TimetableView>>> List(Database db, string sessionId, Paging paging)
    {
        if (paging.AfterNumber(long.MaxValue, out var before) is { } noCursor)
            return noCursor;
        return await db.Read<Outcome<Page<TimetableView>>>(async read =>
        {
            if (!await SessionTable.Exists(read, sessionId))
                return Refusals.NotFound;
            var rows = await read.All<TimetableRow>(
                $"{TimetableRow.Select} WHERE session_id = @sessionId AND number < @before ORDER BY number DESC LIMIT @most",
                new
                {
                    sessionId,
                    before,
                    most = paging.Most,
                }
            );
            var page = paging.Cut(rows, row => [row.Number.ToString(CultureInfo.InvariantCulture)]);
            var views = new List<TimetableView>();
            foreach (var row in page.Items)
                views.Add(await View(read, row));
            return new Page<TimetableView>(views, page.NextCursor);
        });
    }

    internal static async Task<TimetableView> View(Statements read, TimetableRow row) =>
        TimetableView.Of(
            row,
            row.BasedOn is { } earlier && await TimetableRow.Find(read, earlier) is { } before
                ? TimetablePlan.FromStored(before.Plan)
                : null
        );
}
