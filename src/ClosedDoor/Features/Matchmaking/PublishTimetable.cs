using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Makes a reviewed timetable the one that people go by. Everybody is sent their own meetings the first time; later only those
/// whose meetings have changed.
/// </summary>
public static class PublishTimetable
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/timetables/{timetableId}/publish",
                async (string timetableId, Caller caller, Database db) =>
                    (await Execute(db, caller, timetableId)).ToOk()
            )
            .Named("PublishTimetable", "Publish a reviewed timetable and tell those whom it concerns")
            .RequireAuthorization(Policy.Organize)
            .Answers<TimetableView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.WrongTimetableStatus,
                Refusals.WrongSessionStatus,
                Refusals.TimetableOutdated,
                Refusals.TimetableRulesBroken
            );

    public static Task<Outcome<TimetableView>> Execute(Database db, Caller caller, string timetableId) =>
        db.Write<TimetableView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await TimetableTable.Lock(tx, timetableId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State.After(TimetableTrigger.Publish) is null)
                    return Refusals.WrongTimetableStatus;
                if (
                    (await SessionTable.Lock(tx, row.SessionId))!.Status
                    is not (SessionStatus.Published or SessionStatus.Closed)
                )
                    return Refusals.WrongSessionStatus; // Nobody is sent to a day that is off, or over.
                var published = await TimetableRow.Published(tx, row.SessionId);
                if (published?.Id != row.BasedOn)
                    return Refusals.TimetableOutdated; // Of two drafts of the same timetable one is published.
                var plan = TimetablePlan.FromStored(row.Plan);
                if (await CheckTimetable.Execute(tx, row.SessionId, plan, now) is { } broken)
                    return broken;

                if (published is not null)
                    await TimetableTable.Transition(tx, published, TimetableTrigger.Supersede, now);
                if (!await TimetableTable.Transition(tx, row, TimetableTrigger.Publish, now))
                    return Refusals.WrongTimetableStatus;
                var input = (await MatchInput.Load(tx, row.SessionId))!;
                var whom = await MeetingTable.Become(tx, row.SessionId, plan, input.Officials, now);
                await MeetingNews.Tell(tx, row.SessionId, whom, published is null ? null : now, now);
                await AskWhatCame.Plan(tx, row.SessionId, plan, now);
                return await ShowTimetable.View(tx, (await TimetableRow.Find(tx, row.Id))!);
            }
        );
}
