using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A frozen meeting stays where it is, whatever timetable is computed later.</summary>
public static class FreezeMeeting
{
    public static void Map(IEndpointRouteBuilder api)
    {
        MapOne(api, "freeze", true, "FreezeMeeting", "Keep a meeting where it is");
        MapOne(api, "unfreeze", false, "UnfreezeMeeting", "Let a meeting be moved again");
    }

    static void MapOne(IEndpointRouteBuilder api, string verb, bool frozen, string operationId, string summary) =>
        api.MapPost(
                $"/meetings/{{meetingId}}/{verb}",
                async (string meetingId, Caller caller, Database db) =>
                    (await Execute(db, caller, meetingId, frozen)).ToOk()
            )
            .Named(operationId, summary)
            .RequireAuthorization(Policy.Organize)
            .Answers<MeetingView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.WrongMeetingStatus);

    public static Task<Outcome<MeetingView>> Execute(Database db, Caller caller, string meetingId, bool frozen) =>
        db.Write<MeetingView>(
            caller,
            async tx =>
            {
                if (await MeetingTable.Lock(tx, caller, meetingId) is not var (row, _))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State is not MeetingStatus.Planned)
                    return Refusals.WrongMeetingStatus;
                await MeetingTable.Freeze(tx, row, frozen, caller.Now);
                return (await MeetingView.Find(tx, caller, row.Id))!;
            }
        );
}
