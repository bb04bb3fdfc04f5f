using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// How far the search for a session's timetable is, and its end before its time: the request that started it then answers
/// with the best that was found, and its certificate says that it was stopped.
/// </summary>
public static class WatchTimetableSearch
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/sessions/{sessionId}/timetable-search",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("ShowTimetableSearch", "Show how far the search for a timetable is")
            .RequireAuthorization(Policy.Staff)
            .Answers<TimetableSearchView>()
            .Refuses(Refusals.NotFound);
        api.MapPost(
                "/sessions/{sessionId}/timetable-search/stop",
                async (string sessionId, Caller caller, Database db) => (await Stop(db, caller, sessionId)).ToOk()
            )
            .Named("StopTimetableSearch", "Stop the search for a timetable and take the best that was found")
            .RequireAuthorization(Policy.Organize)
            .Answers<TimetableSearchView>()
            .Refuses(Refusals.NotFound);
    }

    public static Task<Outcome<TimetableSearchView>> Execute(Database db, Caller caller, string sessionId) =>
        db.Read<Outcome<TimetableSearchView>>(async read =>
            await TimetableSearchTable.Running(read, sessionId, caller.Now) is { } row
                ? TimetableSearchView.Of(row)
                : Refusals.NotFound
        );

    public static Task<Outcome<TimetableSearchView>> Stop(Database db, Caller caller, string sessionId) =>
        db.Write<TimetableSearchView>(
            caller,
            async tx =>
                await TimetableSearchTable.Stop(tx, sessionId, caller.Now) is { } row
                    ? TimetableSearchView.Of(row)
                    : Refusals.NotFound
        );
}

/// <summary>A search that is running, as it was up to half a second ago.</summary>
/// <param name="Seconds">After which it ends at the latest, counted from its turn: one search runs at a time.</param>
/// <param name="Stage">Null while it waits for its turn or has found nothing yet.</param>
/// <param name="Steps">Search steps taken, a number that is the same on every machine.</param>
/// <param name="Gap">How far the points may be from the best, as a share; null before a first timetable stands.</param>
/// <param name="Proved">Levels 1 to 3 are proved best.</param>
public sealed record TimetableSearchView(
    string SessionId,
    Instant BegunAt,
    long Seconds,
    SearchStage? Stage,
    long Steps,
    double? Gap,
    bool Proved,
    bool StopAsked
)
{
    internal static TimetableSearchView Of(TimetableSearchRow row) =>
        new(
            row.SessionId,
            row.BegunAt,
            row.Seconds,
            Words.TryParse<SearchStage>(row.Stage),
            row.Steps,
            row.Gap / 1e6,
            row.Proved == 1,
            row.StopAsked == 1
        );
}
