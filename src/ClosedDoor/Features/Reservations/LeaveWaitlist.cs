using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Reservations;

/// <summary>Takes a company off the waitlist, by its own wish or the organizer's.</summary>
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
                if (await WaitlistTable.Lock(tx, entryId, caller.MaySee) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                return await WaitlistTable.Leave(tx, row, because: "left", caller.Now) ? true : Refusals.NotFound;
            }
        );
}
