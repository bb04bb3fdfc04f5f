using ClosedDoor.Domain;
using ClosedDoor.Features.Consultations;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Payments;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// The ways in which a reservation ends before its session: its time runs out, its company or the organizer cancels it,
/// the session is cancelled or over. Each frees the seat and settles what becomes of the payment, in one place for all
/// callers; and those who keep their seats are told from here when the session moves.
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
                await ReservationTable.Transition(
                    tx,
                    row,
                    ReservationTrigger.Lapse,
                    now,
                    ending: new(EndedBecause.DeadlinePassed)
                )
                is null
            )
                continue;
            await Settle.Ended(tx, row.Id, PaymentTrigger.Lapse, RefundTerms.Full, RefundCause.NoSeat, null, now);
            await ConsultationTable.CancelOf(tx, row.Id, now);
            await tx.Send(Expired, new Notice(row.Id), now);
            ended++;
        }
        return ended;
    }

    /// <summary>
    /// Null when the reservation's state does not allow it. One with a checkout that may still be paid ends only when
    /// that is closed: until then it stands as it is, with the reason why it will end.
    /// </summary>
    /// <param name="terms">What goes back of what was paid.</param>
    /// <param name="overridden">The terms are not the reservation's own policy, but the organizer's word.</param>
    public static async Task<ReservationRow?> Cancel(
        Tx tx,
        ReservationRow row,
        Ending ending,
        Instant now,
        RefundTerms terms,
        bool overridden = false
    )
    {
        if (row.KeptForCheckout == 1)
        {
            var closing = await ReservationTable.WillEnd(tx, row, ending, now);
            var payment = await tx.Get<string>(
                $"SELECT id FROM payment WHERE reservation_id = @Id AND {PaymentStates.KeepsSeat}",
                new { row.Id }
            );
            await Settle.CheckoutExpires(tx, (await PaymentTable.Lock(tx, payment))!, now);
            return closing;
        }
        if (
            await ReservationTable.Transition(tx, row, ReservationTrigger.Cancel, now, ending: ending)
            is not { } cancelled
        )
            return null;
        await ConsultationTable.CancelOf(tx, row.Id, now);
        var because =
            ending.Because is EndedBecause.SessionCancelled ? RefundCause.SessionCancelled
            : overridden ? RefundCause.Override
            : RefundCause.Policy;
        var back = await Settle.Ended(tx, row.Id, PaymentTrigger.Cancel, terms, because, ending.Note, now);
        if (back is not null)
            cancelled = await ReservationTable.NoteRefund(tx, cancelled, back.Value, terms.CountedInCalendarDays, now);
        await CallOffMeetings.OfCompany(tx, row.SessionId, row.CompanyId, now);
        await TicketTable.TellDelegates(tx, row.Id, now);
        await tx.Send(Cancelled, new Notice(row.Id), now);
        return cancelled;
    }

    /// <summary>
    /// Its checkout cannot be paid any more: the seat goes, as it was asked to or because the time is over.
    /// </summary>
    public static async Task CheckoutIsOver(Tx tx, ReservationRow row, PaymentTrigger end, Instant now)
    {
        var ending = row.Ending ?? new(EndedBecause.DeadlinePassed);
        var lapse = ending.Because is EndedBecause.DeadlinePassed;
        var trigger = lapse ? ReservationTrigger.Lapse : ReservationTrigger.Cancel;
        if (await ReservationTable.Transition(tx, row, trigger, now, ending: ending) is not null)
            await tx.Send(lapse ? Expired : Cancelled, new Notice(row.Id), now);
        await ConsultationTable.CancelOf(tx, row.Id, now);
        await Settle.Ended(tx, row.Id, end, RefundTerms.Full, RefundCause.NoSeat, null, now);
    }

    /// <summary>The session is off: everyone who has or awaits a seat is told. What has already taken place stays.</summary>
    public static async Task CancelAll(Tx tx, Sale sale, Instant now)
    {
        await ReleaseLapsed(tx, sale, now); // What reads as expired already does not become cancelled.
        await CallOffMeetings.All(tx, sale.SessionId, now); // Before the seats go: each hears of the meetings once.
        await TicketTable.TellAll(tx, sale.SessionId, now, guestsOnly: true);
        await TellGuests.WithoutTicket(tx, sale.SessionId, now);
        foreach (var row in await LiveIn(tx, sale))
            await Cancel(tx, row, new(EndedBecause.SessionCancelled), now, RefundTerms.Full);
        await EmptyWaitlist(tx, sale, EndedBecause.SessionCancelled.Word(), now);
    }

    /// <summary>The session is over: who still hoped for a seat is told that there will be none.</summary>
    public static async Task EndHopes(Tx tx, Sale sale, Instant now)
    {
        foreach (var row in (await LiveIn(tx, sale)).Where(row => row.State is ReservationStatus.Applied))
        {
            if (
                await ReservationTable.Transition(
                    tx,
                    row,
                    ReservationTrigger.Lapse,
                    now,
                    ending: new(EndedBecause.DeadlinePassed)
                )
                is null
            )
                continue;
            if (now < sale.BeginsAt) // Put away before its day: talks may be to come.
                await ConsultationTable.CancelOf(tx, row.Id, now);
            await tx.Send(Expired, new Notice(row.Id), now);
        }
        await EmptyWaitlist(tx, sale, "session_over", now);
    }

    /// <summary>Day, time or place have changed: everyone who means to come is told.</summary>
    public static async Task TellOfMove(Tx tx, Sale sale, Instant now)
    {
        await CallOffMeetings.AfterMove(tx, sale.SessionId, now);
        await TellGuests.WithoutTicket(tx, sale.SessionId, now); // Guests are asked while a session is a draft, too.
        if (sale.Status is SessionStatus.Draft)
            return;
        foreach (var row in await LiveIn(tx, sale))
            await tx.Send(Moved, new Notice(row.Id), now);
        await TicketTable.TellAll(tx, sale.SessionId, now);
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
                await tx.Send(WaitlistTable.Ended, new Notice(entry.Id), now);
        }
    }
}
