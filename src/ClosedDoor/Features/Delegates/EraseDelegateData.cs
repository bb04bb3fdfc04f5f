using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Delegates;

/// <summary>Erases a delegate by the delegate's own word, at once: nobody has to be asked (PIPL §47).</summary>
public static class EraseDelegateData
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete(
                "/delegate/data",
                async (Caller caller, Database db, KnownTokens tokens) =>
                    (await Execute(db, tokens, caller)).ToNoContent()
            )
            .Named("EraseDelegateData", "Erase all that is kept about the delegate, by a personal link")
            .WithDescription(
                "At once and for good: before the day the place is free for somebody else, and this link ends."
            )
            .RequireAuthorization(Policy.DelegateByLink)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);

    public static async Task<Outcome<bool>> Execute(Database db, KnownTokens tokens, Caller caller)
    {
        var outcome = await db.Write<bool>(
            caller,
            async tx =>
            {
                if (
                    caller.LinkTo(LinkPurpose.Delegate) is not { } id
                    || await DelegateRow.Find(tx, id) is not { } seen
                    || await ReservationTable.Lock(tx, seen.ReservationId, _ => true) is not var (reservation, session)
                    // Again, now that the lock is held: whoever erases twice has no name any more.
                    || await DelegateRow.Find(tx, id) is not { Name.Length: > 0 } row
                )
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                await DelegateTable.Forget(tx, reservation, session, row, caller.Now);
                await ReservationTable.Touch(tx, reservation);
                return true;
            }
        );
        tokens.Forget();
        return outcome;
    }
}
