using ClosedDoor.Features.Door;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>
/// Erases guests whom nobody has asked for so long as the operator keeps them (PIPL §19: no longer than needed). Off unless
/// the operator has said how long.
/// </summary>
public sealed class ForgetOldGuests(Database database, Settings settings, KnownTokens tokens)
{
    const long AtOnce = 200;

    /// <returns>How many were erased.</returns>
    public async Task<int> RunOnce(Instant now)
    {
        // Mails that could not be sent in a week will not be: their addresses go whatever the operator keeps.
        var unsent = now - Duration.FromDays(7);
        await database.Write("job:forget-old-guests", tx => CalendarEndTable.ForgetOld(tx, unsent));
        await database.Write("job:forget-old-guests", tx => MeetingCalendarEndTable.ForgetOld(tx, unsent));
        if (settings.GuestDays == 0)
            return 0;
        var before = now - Duration.FromDays(settings.GuestDays);
        var old = await database.Read(read =>
            read.All<string>(
                $"SELECT guest.id FROM guest WHERE {Old} ORDER BY guest.id LIMIT @AtOnce",
                new { before, AtOnce }
            )
        );
        var erased = 0;
        foreach (var guestId in old)
            if (await database.Write("job:forget-old-guests", tx => Forget(tx, guestId, before, now)))
                erased++;
        if (erased > 0)
            tokens.Forget();
        return erased;
    }

    static async Task<bool> Forget(Tx tx, string guestId, Instant before, Instant now)
    {
        // Who was asked meanwhile is not old any more.
        if (
            await tx.Find<string>(
                $"SELECT guest.id FROM guest WHERE guest.id = @guestId AND {Old}",
                new { guestId, before }
            )
            is null
        )
            return false;
        await ForgetGuest.LeaveAll(tx, guestId, now);
        return await ForgetGuest.Erase(tx, guestId, now);
    }

    const string Old = """
        guest.forgotten_at IS NULL AND guest.created_at < @before AND NOT EXISTS (
          SELECT 1 FROM invitation JOIN session ON session.id = invitation.session_id
          WHERE invitation.guest_id = guest.id AND session.begins_at >= @before)
        """;
}
