using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>A side says yes to what the other, or the organizer, says has come of a meeting.</summary>
public static class ConfirmOutcome
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/meetings/{meetingId}/outcomes/{stage}/confirm",
                async (string meetingId, string stage, Caller caller, Database db) =>
                    (await Execute(db, caller, meetingId, stage)).ToOk()
            )
            .Named("ConfirmOutcome", "Confirm what the other side says has come of a meeting")
            .RequireAuthorization(Policy.MeetsOrOrganizes)
            .Answers<MeetingView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.Forbidden, Refusals.WrongMeetingStatus);

    public static Task<Outcome<MeetingView>> Execute(Database db, Caller caller, string meetingId, string stage) =>
        db.Write<MeetingView>(
            caller,
            async tx =>
            {
                if (
                    await MeetingTable.Lock(tx, caller, meetingId) is not var (row, side)
                    || await OutcomeRow.Find(tx, meetingId, stage) is not { } outcome
                )
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (side is MeetingSide.Organizer)
                    return Refusals.Forbidden; // Both sides confirm for themselves; nobody does it for them.
                if (row.State is not MeetingStatus.Held)
                    return Refusals.WrongMeetingStatus; // Who came was said anew since: of what was not held nothing has come.
                await OutcomeTable.Confirm(tx, outcome, side, caller.Now);
                return (await MeetingView.Find(tx, caller, row.Id))!;
            }
        );
}
