using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>
/// Erases who came for a company once the session is as long ago as the operator keeps guests (PIPL §19: no longer than
/// needed). Off unless the operator has said how long.
/// </summary>
public sealed class ForgetOldDelegates(Database database, Settings settings, KnownTokens tokens)
{
    const long AtOnce = 200;

    /// <returns>How many were erased.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        if (settings.GuestDays == 0)
            return 0;
        var before = now - Duration.FromDays(settings.GuestDays);
        var old = await database.Read(read =>
            read.All<string>(
                """
                SELECT delegate.id FROM delegate JOIN reservation ON reservation.id = delegate.reservation_id
                JOIN session ON session.id = reservation.session_id
                WHERE delegate.name <> '' AND session.begins_at < @before ORDER BY delegate.id LIMIT @AtOnce
                """,
                new { before, AtOnce }
            )
        );
        var erased = 0;
        foreach (var delegateId in old)
            if (await database.Write("job:forget-old-delegates", tx => Forget(tx, delegateId, before, now)))
                erased++;
        if (erased > 0)
            tokens.Forget();
        return erased;
    }

    static async Task<bool> Forget(Tx tx, string delegateId, Instant before, Instant now)
    {
        // Under the session's lock: it may have been moved meanwhile, or the delegate be somebody else.
        if (
            await DelegateRow.Find(tx, delegateId) is not { } seen
            || await ReservationTable.Lock(tx, seen.ReservationId, _ => true) is not var (reservation, session)
            || session.BeginsAt >= before
            || await DelegateRow.Find(tx, delegateId) is not { Name.Length: > 0 } row
        )
            return false;
        await DelegateTable.Forget(tx, reservation, session, row, now);
        await ReservationTable.Touch(tx, reservation);
        return true;
    }
}
