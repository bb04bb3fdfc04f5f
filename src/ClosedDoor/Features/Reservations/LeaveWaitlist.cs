using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Reservations;

public static class LeaveWaitlist
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete("/waitlist/{entryId}", Handle)
            .Named("LeaveWaitlist", "Leave the waitlist")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);

    static async Task<IResult> Handle(string entryId, Caller caller, Database db) =>
        (await Execute(db, caller, entryId)).ToNoContent();

    public static Task<Outcome<bool>> Execute(Database db, Caller caller, string entryId) =>
        db.Write<bool>(
            caller,
            async tx =>
            {
                var row = await tx.Find<WaitlistRow>($"{WaitlistRow.Select} WHERE id = @entryId", new { entryId });
                if (row is null || !caller.MaySee(row.CompanyId))
                    return Refusals.NotFound;
                await SessionTable.Sale(tx, row.SessionId); // Before a promotion that would give it a seat, or after it.
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                return await Waitlist.Leave(tx, row, because: "left", caller.Now) ? true : Refusals.NotFound;
            }
        );
}
