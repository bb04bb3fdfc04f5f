using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>Takes back a slot that nobody has; a booked consultation is moved or cancelled first.</summary>
public static class WithdrawSlot
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete("/consultation-slots/{slotId}", Handle)
            .Named("WithdrawConsultationSlot", "Withdraw a free slot")
            .RequireAuthorization(Policy.Organize)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.SlotTaken);

    static async Task<IResult> Handle(string slotId, Caller caller, Database db) =>
        (await Execute(db, caller, slotId)).ToNoContent();

    public static Task<Outcome<bool>> Execute(Database db, Caller caller, string slotId) =>
        db.Write<bool>(
            caller,
            async tx =>
            {
                if (await SlotTable.Find(tx, slotId) is not { } seen)
                    return Refusals.NotFound;
                await SessionTable.Lock(tx, seen.SessionId);
                var slot = (await SlotTable.Find(tx, slotId))!; // Read again under the lock.
                if (slot.WithdrawnAt is not null)
                    return Refusals.NotFound;
                if (caller.Stale(slot.Version) is { } stale)
                    return stale;
                if (slot.TakenBy is not null)
                    return Refusals.SlotTaken;
                return await SlotTable.Withdraw(tx, slot, caller.Now);
            }
        );
}
