using ClosedDoor.Domain;
using ClosedDoor.Features.Consultations;
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
    public const string Moved = "reservation.moved.v1";

    /// <summary>Ends every reservation of the session whose time is over, and lets those who wait move up into free seats.</summary>
    /// <returns>How many ended.</returns>
    public static async Task<int> ReleaseAndPromote(Tx tx, Sale sale, Instant now)
    {
        var ended = await ReleaseLapsed(tx, sale, now);
        await WaitlistTable.Promote(tx, sale, now);
        return ended;
    }

    static async Task<int> ReleaseLapsed(Tx tx, Sale sale, Instant now)
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
            await ConsultationTable.CancelOf(tx, row.Id, now);
            await tx.Send(Expired, new Notice(row.Id), now);
            ended++;
        }
        return ended;
    }

    /// <summary>Null when the reservation's state does not allow it.</summary>
    public static async Task<ReservationRow?> Cancel(Tx tx, ReservationRow row, Ending ending, Instant now)
    {
        if (await ReservationTable.Move(tx, row, ReservationTrigger.Cancel, now, ending: ending) is not { } cancelled)
            return null;
        await PaymentTable.End(tx, row.Id, PaymentStatus.Cancelled, now);
        await ConsultationTable.CancelOf(tx, row.Id, now);
        await tx.Send(Cancelled, new Notice(row.Id), now);
        return cancelled;
    }

    /// <summary>The session is off: everyone who has or awaits a seat is told. What has already taken place stays.</summary>
    public static async Task CancelAll(Tx tx, Sale sale, Instant now)
    {
        await ReleaseLapsed(tx, sale, now); // What reads as expired already does not become cancelled.
        foreach (var row in await LiveIn(tx, sale))
            await Cancel(tx, row, new(EndedBecause.SessionCancelled), now);
        await EmptyWaitlist(tx, sale, EndedBecause.SessionCancelled.Word(), now);
    }

    /// <summary>The session is over: who still hoped for a seat is told that there will be none.</summary>
    public static async Task EndHopes(Tx tx, Sale sale, Instant now)
    {
        foreach (var row in (await LiveIn(tx, sale)).Where(row => row.State is ReservationStatus.Applied))
        {
            if (
                await ReservationTable.Move(
                    tx,
                    row,
                    ReservationTrigger.Lapse,
                    now,
                    ending: new(EndedBecause.DeadlinePassed)
                )
                is not null
            )
                await tx.Send(Expired, new Notice(row.Id), now);
        }
        await EmptyWaitlist(tx, sale, "session_over", now);
    }

    /// <summary>Day, time or place have changed: everyone who means to come is told.</summary>
    public static async Task TellOfMove(Tx tx, Sale sale, Instant now)
    {
        if (sale.Status is SessionStatus.Draft)
            return;
        foreach (var row in await LiveIn(tx, sale))
            await tx.Send(Moved, new Notice(row.Id), now);
    }

    static Task<List<ReservationRow>> LiveIn(Tx tx, Sale sale) =>
        tx.All<ReservationRow>(
            $"{ReservationRow.Select} WHERE session_id = @SessionId AND {ReservationStates.Live} ORDER BY id",
            new { sale.SessionId }
        );

    static async Task EmptyWaitlist(Tx tx, Sale sale, string because, Instant now)
    {
        var waiting = await tx.All<WaitlistRow>(
            $"{WaitlistRow.Select} WHERE session_id = @SessionId AND status = 'waiting' ORDER BY number",
            new { sale.SessionId }
        );
        foreach (var entry in waiting)
        {
            if (await WaitlistTable.Leave(tx, entry, because, now))
                await tx.Send(WaitlistTable.Passed, new Notice(entry.Id), now);
        }
    }
}
