using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// The ways in which a reservation ends without a meeting: its time runs out, its company or the organizer cancels it,
/// the session is cancelled. Each frees the seat and settles what becomes of the payment, in one place for all callers.
/// </summary>
static class ReservationEnd
{
    public const string Expired = "reservation.expired.v1";
    public const string Cancelled = "reservation.cancelled.v1";

    /// <summary>Ends every reservation of the session whose time is over, and lets those who wait move up into free seats.</summary>
    /// <returns>How many ended.</returns>
    public static async Task<int> ReleaseAndPromote(Tx tx, Sale sale, Instant now)
    {
        var lapsed = await tx.All<ReservationRow>(
            $"""
            {ReservationRow.Select}
            WHERE session_id = @SessionId AND {ReservationStates.LapsedInSession}
            ORDER BY hold_expires_at, id
            """,
            new { sale.SessionId, now }
        );
        var ended = 0;
        foreach (var row in lapsed)
        {
            if (
                await ReservationTable.Move(
                    tx,
                    row,
                    ReservationTrigger.Lapse,
                    now,
                    ending: new(EndedBecause.DeadlinePassed)
                )
                is null
            )
                continue;
            await PaymentTable.End(tx, row.Id, PaymentStatus.Expired, now);
            await tx.Send(Expired, new Notice(row.Id), now);
            ended++;
        }
        await WaitlistTable.Promote(tx, sale, now);
        return ended;
    }

    /// <summary>Null when the reservation's state does not allow it.</summary>
    public static async Task<ReservationRow?> Cancel(Tx tx, ReservationRow row, Ending ending, Instant now)
    {
        if (await ReservationTable.Move(tx, row, ReservationTrigger.Cancel, now, ending: ending) is not { } cancelled)
            return null;
        await PaymentTable.End(tx, row.Id, PaymentStatus.Cancelled, now);
        await tx.Send(Cancelled, new Notice(row.Id), now);
        return cancelled;
    }

    /// <summary>The session is off: everyone who has or awaits a seat is told. What has already taken place stays.</summary>
    public static async Task CancelAll(Tx tx, Sale sale, Instant now)
    {
        var live = await tx.All<ReservationRow>(
            $"{ReservationRow.Select} WHERE session_id = @SessionId AND {ReservationStates.Live} ORDER BY id",
            new { sale.SessionId }
        );
        foreach (var row in live)
            await Cancel(tx, row, new(EndedBecause.SessionCancelled), now);

        var waiting = await tx.All<WaitlistRow>(
            $"{WaitlistRow.Select} WHERE session_id = @SessionId AND status = 'waiting' ORDER BY number",
            new { sale.SessionId }
        );
        foreach (var entry in waiting)
        {
            if (await WaitlistTable.Leave(tx, entry, because: EndedBecause.SessionCancelled.Word(), now))
                await tx.Send(WaitlistTable.Passed, new Notice(entry.Id), now);
        }
    }
}
