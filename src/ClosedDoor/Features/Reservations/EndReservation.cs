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
static class EndReservation
{
    /// <summary>Why a reservation ended whose deadline passed.</summary>
    public const string Lapsed = "deadline_passed";

    /// <summary>Why a reservation or a place on the waitlist ended with its session.</summary>
    public const string SessionCancelled = "session_cancelled";

    public const string Expired = "reservation.expired.v1";
    public const string Cancelled = "reservation.cancelled.v1";

    /// <summary>Ends every reservation of the session whose time is over, and lets those who wait move up.</summary>
    /// <returns>How many ended.</returns>
    public static async Task<int> ReleaseLapsed(Tx tx, Sale sale, Instant now)
    {
        var lapsed = await tx.All<ReservationRow>(
            $"""
            {ReservationRow.Select}
            WHERE session_id = @SessionId AND status IN ('held', 'awaiting_payment', 'confirmed', 'attended', 'no_show')
                AND status IN ('held', 'awaiting_payment') AND hold_expires_at <= @now
            ORDER BY hold_expires_at, id
            """,
            new { sale.SessionId, now }
        );
        foreach (var row in lapsed)
        {
            if (await ReservationTable.Move(tx, row, ReservationTrigger.Lapse, now, because: Lapsed) is null)
                continue;
            await PaymentTable.End(tx, row.Id, PaymentStatus.Expired, now);
            await tx.Send(Expired, new Notice(row.Id), now);
        }
        await Waitlist.Promote(tx, sale, now);
        return lapsed.Count;
    }

    /// <summary>Null when the reservation's state does not allow it.</summary>
    public static async Task<ReservationRow?> Cancel(Tx tx, ReservationRow row, string reason, Instant now)
    {
        if (await ReservationTable.Move(tx, row, ReservationTrigger.Cancel, now, because: reason) is not { } cancelled)
            return null;
        await PaymentTable.End(tx, row.Id, PaymentStatus.Cancelled, now);
        await tx.Send(Cancelled, new Notice(row.Id), now);
        return cancelled;
    }

    public static async Task CancelAll(Tx tx, Sale sale, Instant now)
    {
        var live = await tx.All<ReservationRow>(
            $"{ReservationRow.Select} WHERE session_id = @SessionId AND status IN ('applied', 'held', 'awaiting_payment', 'confirmed') ORDER BY id",
            new { sale.SessionId }
        );
        foreach (var row in live)
            await Cancel(tx, row, SessionCancelled, now);

        var waiting = await tx.All<WaitlistRow>(
            $"{WaitlistRow.Select} WHERE session_id = @SessionId AND status = 'waiting' ORDER BY number",
            new { sale.SessionId }
        );
        foreach (var entry in waiting)
        {
            if (await Waitlist.Leave(tx, entry, because: SessionCancelled, now))
                await tx.Send(Waitlist.Passed, new Notice(entry.Id), now);
        }
    }
}
