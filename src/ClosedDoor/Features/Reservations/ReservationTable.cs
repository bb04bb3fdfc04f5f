using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>
/// Every change to reservations. All of them run under the session's lock (<see cref="SessionTable.Lock"/>), and each
/// still names the state that it leaves in its WHERE.
/// </summary>
static class ReservationTable
{
    /// <summary>A reservation with its session locked; null when there is none, or it is another company's.</summary>
    public static async Task<(ReservationRow Reservation, Sale Sale)?> Lock(Tx tx, string id, Func<string, bool> maySee)
    {
        var sessionId = await tx.Find<string>("SELECT session_id FROM reservation WHERE id = @id", new { id });
        if (sessionId is null || await SessionTable.Lock(tx, sessionId) is not { } sale)
            return null;
        // Read again now that the lock is held: what it was before may be over.
        var reservation = await tx.Get<ReservationRow>($"{ReservationRow.Select} WHERE id = @id", new { id });
        return maySee(reservation.CompanyId) ? (reservation, sale) : null;
    }

    /// <summary>The company's live reservation in the session; null when it has none.</summary>
    public static Task<ReservationRow?> LiveOf(Tx tx, string sessionId, string companyId) =>
        tx.Find<ReservationRow>(
            $"{ReservationRow.Select} WHERE session_id = @sessionId AND company_id = @companyId AND {ReservationStates.Live}",
            new { sessionId, companyId }
        );

    /// <summary>
    /// A new reservation. With a hold it takes the free seat, null when there is none; without one it is an
    /// application. The caller has made sure, under the lock, that the company has no live reservation in this session.
    /// </summary>
    public static async Task<ReservationRow?> Add(
        Tx tx,
        Sale sale,
        string companyId,
        Hold? hold,
        long? freeSeat,
        Instant now
    )
    {
        var id = TypeId.New("rsv", now);
        var seat = hold is null ? null : freeSeat;
        if (hold is not null && (seat is null || !await SeatTable.Take(tx, sale.SessionId, seat.Value, id)))
            return null;

        var row = new ReservationRow
        {
            Id = id,
            SessionId = sale.SessionId,
            CompanyId = companyId,
            SeatNumber = seat,
            Status = (hold is null ? ReservationStatus.Applied : ReservationStatus.Held).Word(),
            HoldExpiresAt = hold?.Until,
            PriceAmount = sale.Price.Amount,
            PriceCurrency = sale.Price.Currency,
            RefundPolicy = sale.RefundPolicy,
            HoldInCalendarDays = hold?.InCalendarDays == true ? 1 : 0,
            CreatedAt = now,
            Version = 1,
        };
        do
        {
            row = row with { Code = PaymentReference.New().ToString() };
        } while (
            // Only the code can be taken: 33 million are possible, so another one is soon found.
            await tx.Execute(
                """
                INSERT INTO reservation (id, code, session_id, company_id, seat_number, status, hold_expires_at,
                    price_amount, price_currency, refund_policy, hold_in_calendar_days, created_at, version)
                VALUES (@Id, @Code, @SessionId, @CompanyId, @SeatNumber, @Status, @HoldExpiresAt,
                    @PriceAmount, @PriceCurrency, @RefundPolicy, @HoldInCalendarDays, @CreatedAt, @Version)
                ON CONFLICT (code) DO NOTHING
                """,
                row
            ) == 0
        );
        var action = hold is null ? "reservation.applied" : "seat.held";
        await tx.Record(
            now,
            new Change(
                sale.SessionId,
                action,
                id,
                After: new
                {
                    companyId,
                    seat,
                    holdUntil = hold?.Until,
                }
            )
        );
        return row;
    }

    /// <summary>
    /// Changes a reservation's state as its life allows. Null when the trigger is refused in its state. A state that takes a seat
    /// is entered with one: <paramref name="seat"/> for a reservation that had none.
    /// </summary>
    public static async Task<ReservationRow?> Transition(
        Tx tx,
        ReservationRow row,
        ReservationTrigger trigger,
        Instant now,
        Hold? hold = null,
        Ending? ending = null,
        long? seat = null
    )
    {
        var from = row.State;
        if (from.After(trigger) is not { } to)
            return null;

        var kept = hold?.ForCheckout == true ? 1L : 0L;
        var inCalendarDays = hold?.InCalendarDays == true ? 1L : 0L;
        var done = await tx.Execute(
            """
            UPDATE reservation SET status = @to, hold_expires_at = @holdUntil, ended_because = @because, ended_note = @note,
                seat_number = COALESCE(@seat, seat_number), kept_for_checkout = @kept,
                hold_in_calendar_days = @inCalendarDays, version = version + 1
            WHERE id = @Id AND status = @from
            """,
            new
            {
                row.Id,
                from = from.Word(),
                to = to.Word(),
                holdUntil = hold?.Until,
                because = ending?.Because.Word(),
                note = ending?.Note,
                seat,
                kept,
                inCalendarDays,
            }
        );
        if (done == 0)
            return null;
        if (from.TakesSeat() && !to.TakesSeat())
            await SeatTable.Release(tx, row);

        // What a person wrote about the end stays out: it may name people, and nothing is ever erased from the log.
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                $"reservation.{to.Word()}",
                row.Id,
                new { status = from },
                new
                {
                    status = to,
                    holdUntil = hold?.Until,
                    because = ending?.Because,
                    seat,
                }
            )
        );
        return row with
        {
            Status = to.Word(),
            HoldExpiresAt = hold?.Until,
            EndedBecause = ending?.Because.Word(),
            EndedNote = ending?.Note,
            SeatNumber = seat ?? row.SeatNumber,
            KeptForCheckout = kept,
            HoldInCalendarDays = inCalendarDays,
            Version = row.Version + 1,
        };
    }

    /// <summary>A held seat is kept for longer; never for less than before.</summary>
    public static async Task KeepUntil(Tx tx, ReservationRow row, Instant until, Instant now)
    {
        var kept = await tx.Execute(
            """
            UPDATE reservation SET hold_expires_at = @until, version = version + 1
            WHERE id = @Id AND status = 'held' AND hold_expires_at < @until
            """,
            new { row.Id, until }
        );
        if (kept == 1)
            await RecordDeadline(tx, row, "reservation.kept", until, now);
    }

    /// <summary>
    /// The seat is kept for a checkout, again or longer: it does not lapse at <paramref name="until"/>, which is what
    /// people are shown, before the provider has proven that it cannot be paid.
    /// </summary>
    public static async Task KeepForCheckout(Tx tx, ReservationRow row, Instant until, Instant now)
    {
        var kept = await tx.Execute(
            """
            UPDATE reservation SET kept_for_checkout = 1, hold_expires_at = @until, version = version + 1
            WHERE id = @Id AND status = 'awaiting_payment'
            """,
            new { row.Id, until }
        );
        if (kept == 1)
            await RecordDeadline(tx, row, "reservation.kept_for_checkout", until, now);
    }

    /// <summary>Notes what its end gave back, for whoever asks later. The version is that of the end.</summary>
    /// <param name="tx">The transaction that ended it.</param>
    /// <param name="row">As it is after its end.</param>
    /// <param name="amount">In fen.</param>
    /// <param name="inCalendarDays">Whether the days of the policy were counted without the year's calendar.</param>
    /// <param name="now">When it ended.</param>
    public static async Task<ReservationRow> NoteRefund(
        Tx tx,
        ReservationRow row,
        long amount,
        bool inCalendarDays,
        Instant now
    )
    {
        var counted = inCalendarDays ? 1L : 0L;
        await tx.Execute(
            "UPDATE reservation SET refund_amount = @amount, refund_in_calendar_days = @counted WHERE id = @Id",
            new
            {
                row.Id,
                amount,
                counted,
            }
        );
        await tx.Record(
            now,
            new Change(row.SessionId, "reservation.refund_noted", row.Id, After: new { amount, inCalendarDays })
        );
        return row with { RefundAmount = amount, RefundInCalendarDays = counted };
    }

    /// <summary>It is to end as soon as its checkout is closed. What was said first stands.</summary>
    public static async Task<ReservationRow> WillEnd(Tx tx, ReservationRow row, Ending ending, Instant now)
    {
        if (row.Ending is not null)
            return row;
        var noted = await tx.Execute(
            """
            UPDATE reservation SET ended_because = @because, ended_note = @Note, version = version + 1
            WHERE id = @Id AND kept_for_checkout = 1
            """,
            new
            {
                row.Id,
                because = ending.Because.Word(),
                ending.Note,
            }
        );
        if (noted != 1)
            throw new InvalidOperationException($"Reservation {row.Id} has no checkout that it would wait for.");
        await tx.Record(
            now,
            new Change(row.SessionId, "reservation.ending", row.Id, After: new { because = ending.Because })
        );
        return row with { EndedBecause = ending.Because.Word(), EndedNote = ending.Note, Version = row.Version + 1 };
    }

    /// <summary>Something that belongs to the reservation has changed: its version moves on.</summary>
    public static Task<long> Touch(Tx tx, ReservationRow row) =>
        tx.Get<long>("UPDATE reservation SET version = version + 1 WHERE id = @Id RETURNING version", new { row.Id });

    /// <summary>A seat whose company has a certificate that expires before the day; null when there is none.</summary>
    public static Task<long?> SeatThatBlocks(Tx tx, string sessionId, LocalDate day) =>
        tx.Find<long?>(
            $"""
            SELECT MIN(reservation.seat_number)
            FROM reservation JOIN vetting ON vetting.company_id = reservation.company_id AND vetting.status = 'approved'
            WHERE reservation.session_id = @sessionId AND {ReservationStates.TakesSeat}
                AND vetting.first_certificate_expiry < @day
            """,
            new { sessionId, day }
        );

    /// <summary>The day has moved forward: no seat is kept for an unpaid one longer than until it begins.</summary>
    public static async Task EndBefore(Tx tx, Sale sale, Instant now)
    {
        var kept = await tx.All<ReservationRow>(
            $"""
            {ReservationRow.Select}
            WHERE session_id = @SessionId AND {ReservationStates.HasDeadline} AND hold_expires_at > @BeginsAt ORDER BY id
            """,
            new { sale.SessionId, sale.BeginsAt }
        );
        foreach (var row in kept)
        {
            await tx.Execute(
                "UPDATE reservation SET hold_expires_at = @BeginsAt, version = version + 1 WHERE id = @Id",
                new { row.Id, sale.BeginsAt }
            );
            await RecordDeadline(tx, row, "reservation.deadline_moved", sale.BeginsAt, now);
        }
    }

    static Task RecordDeadline(Tx tx, ReservationRow row, string action, Instant until, Instant now) =>
        tx.Record(
            now,
            new Change(row.SessionId, action, row.Id, new { holdUntil = row.HoldExpiresAt }, new { holdUntil = until })
        );
}
