using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Makes a reviewed timetable the one that people go by. Everybody gets their own agenda the first time; later only those
/// whose meetings have changed.
/// </summary>
public static class PublishTimetable
{
    public const string CompanyAgenda = "agenda.company.v1";
    public const string GuestAgenda = "agenda.guest.v1";

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
                Refusals.TimetableOutdated,
                Refusals.TimetableRulesBroken
            );

    public static Task<Outcome<TimetableView>> Execute(Database db, Caller caller, string timetableId) =>
        db.Write<TimetableView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await EditTimetable.Take(tx, timetableId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State.After(TimetableTrigger.Publish) is null)
                    return Refusals.WrongTimetableStatus;
                var published = await TimetableRow.Published(tx, row.SessionId);
                if (published?.Id != row.BasedOn)
                    return Refusals.TimetableOutdated; // Of two drafts of the same timetable one is published.
                var plan = TimetablePlan.FromStored(row.Plan);
                if (await CheckTimetable.Execute(tx, row.SessionId, plan, now) is { } broken)
                    return broken;

                var before = published is null ? [] : TimetablePlan.FromStored(published.Plan).Meetings;
                if (published is not null)
                    await TimetableTable.Move(tx, published, TimetableTrigger.Supersede, now);
                if (!await TimetableTable.Move(tx, row, TimetableTrigger.Publish, now))
                    return Refusals.WrongTimetableStatus;
                foreach (var subject in await MeetingTable.Become(tx, row.SessionId, plan, now))
                {
                    var isCompany = plan.Meetings.Concat(before).Any(one => one.CompanyId == subject);
                    await tx.Send(
                        isCompany ? CompanyAgenda : GuestAgenda,
                        new Notice(isCompany ? await MeetingTable.SeatOf(tx, row.SessionId, subject) : subject),
                        now
                    );
                }
                return await ShowTimetable.View(tx, (await TimetableRow.Find(tx, row.Id))!);
            }
        );
}
