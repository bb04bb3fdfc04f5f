using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Each side says who came to a meeting. Where they agree it is settled, where they differ it is disputed, and an
/// organizer's word decides.
/// </summary>
public static class SayWhoCame
{
    public sealed record Request(bool? Company, bool? Guest);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/meetings/{meetingId}/attendance",
                async (string meetingId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, meetingId, request)).ToOk()
            )
            .Named("SayWhoCame", "Say who came to a meeting; an organizer's word decides")
            .RequireAuthorization(Policy.MeetsOrOrganizes)
            .Answers<MeetingView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.MeetingNotBegun)
            .Example(new Request(true, true));

    public static Task<Outcome<MeetingView>> Execute(Database db, Caller caller, string meetingId, Request request) =>
        db.Write<MeetingView>(
            caller,
            async tx =>
            {
                if (await MeetingTable.Lock(tx, caller, meetingId) is not var (row, side))
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                var errors = new FieldErrors();
                var said = new WhoCame(
                    errors.Required("company", request.Company),
                    errors.Required("guest", request.Guest)
                );
                if (errors.Refusal is { } invalid)
                    return invalid;
                if (caller.Now < row.BeginsAt)
                    return Refusals.MeetingNotBegun;
                await MeetingTable.SetAttendance(tx, row, side, said, caller.Now);
                return (await MeetingView.Find(tx, caller, row.Id))!;
            }
        );
}
