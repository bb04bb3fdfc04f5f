using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Takes back what one has said has come of a meeting, as long as nobody else has said yes to it. It may be said anew,
/// with another model or note.
/// </summary>
public static class WithdrawOutcome
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/meetings/{meetingId}/outcomes/{stage}/withdraw",
                async (string meetingId, string stage, Caller caller, Database db) =>
                    (await Execute(db, caller, meetingId, stage)).ToOk()
            )
            .Named("WithdrawOutcome", "Take back what one has said has come of a meeting")
            .RequireAuthorization(Policy.MeetsOrOrganizes)
            .Answers<MeetingView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.Forbidden, Refusals.OutcomeConfirmed);

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
                if (outcome.ProposedBy != side.Word())
                    return Refusals.Forbidden;
                if (!await OutcomeTable.Withdraw(tx, outcome, side, caller.Now))
                    return Refusals.OutcomeConfirmed;
                await MeetingTable.Renew(tx, row);
                return (await MeetingView.Find(tx, caller, row.Id))!;
            }
        );
}
