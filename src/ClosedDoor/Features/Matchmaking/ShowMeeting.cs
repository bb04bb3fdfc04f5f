using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A meeting, to those who are in it and to the organizers.</summary>
public static class ShowMeeting
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/meetings/{meetingId}",
                async (string meetingId, Caller caller, Database db) => (await Execute(db, caller, meetingId)).ToOk()
            )
            .Named("ShowMeeting", "Show a meeting to those who are in it")
            .RequireAuthorization(Policy.MeetsOrStaff)
            .Answers<MeetingView>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<MeetingView>> Execute(Database db, Caller caller, string meetingId) =>
        db.Read<Outcome<MeetingView>>(async read =>
            await MeetingView.Find(read, caller, meetingId) is { } meeting ? meeting : Refusals.NotFound
        );
}
