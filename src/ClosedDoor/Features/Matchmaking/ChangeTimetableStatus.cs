using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A draft is looked through by a person, or given up. Nobody outside is told.</summary>
public static class ChangeTimetableStatus
{
    public static void Map(IEndpointRouteBuilder api)
    {
        MapOne(api, "review", TimetableTrigger.Review, "ReviewTimetable", "Note that a draft has been looked through");
        MapOne(api, "discard", TimetableTrigger.Discard, "DiscardTimetable", "Give a draft up");
    }

    static void MapOne(
        IEndpointRouteBuilder api,
        string verb,
        TimetableTrigger trigger,
        string operationId,
        string summary
    ) =>
        api.MapPost(
                $"/timetables/{{timetableId}}/{verb}",
                async (string timetableId, Caller caller, Database db) =>
                    (await Execute(db, caller, timetableId, trigger)).ToOk()
            )
            .Named(operationId, summary)
            .RequireAuthorization(Policy.Organize)
            .Answers<TimetableView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.WrongTimetableStatus);

    public static Task<Outcome<TimetableView>> Execute(
        Database db,
        Caller caller,
        string timetableId,
        TimetableTrigger trigger
    ) =>
        db.Write<TimetableView>(
            caller,
            async tx =>
            {
                if (await TimetableTable.Lock(tx, timetableId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (!await TimetableTable.Transition(tx, row, trigger, caller.Now))
                    return Refusals.WrongTimetableStatus;
                return await ShowTimetable.View(tx, (await TimetableRow.Find(tx, row.Id))!);
            }
        );
}
