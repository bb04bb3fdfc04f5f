using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

sealed record ReservationRow
{
    public string Id { get; init; } = "";
    public string Code { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public long? SeatNumber { get; init; }
    public string Status { get; init; } = "";
    public Instant? HoldExpiresAt { get; init; }
    public long PriceAmount { get; init; }
    public string PriceCurrency { get; init; } = "";
    public string? EndedBecause { get; init; }
    public string? EndedNote { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    /// <summary>1 while a checkout may still be paid: the seat does not lapse.</summary>
    public long KeptForCheckout { get; init; }

    /// <summary>1 when the deadline was counted in calendar days, for want of the year's calendar.</summary>
    public long HoldInCalendarDays { get; init; }

    /// <summary>What goes back when the company cancels, as the session said when this was made.</summary>
    public string RefundPolicy { get; init; } = "none";

    /// <summary>
    /// What its cancellation gives back, in fen, once no bank contests that any more; null where no money had come, and
    /// where it ended otherwise.
    /// </summary>
    public long? RefundAmount { get; init; }
    public long RefundInCalendarDays { get; init; }

    public const string Select = """
        SELECT id, code, session_id, company_id, seat_number, status, hold_expires_at, price_amount, price_currency,
            ended_because, ended_note, created_at, version, kept_for_checkout, hold_in_calendar_days,
            refund_policy, refund_amount, refund_in_calendar_days
        FROM reservation
        """;

    public static Task<ReservationRow?> Find(Statements read, string id) =>
        read.Find<ReservationRow>($"{Select} WHERE id = @id", new { id });

    /// <summary>Whether a session is the caller's to look into: any to organizers, to a company one in which it has a reservation.</summary>
    /// <param name="read">An open connection.</param>
    /// <param name="caller">Who looks.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="states">In which states the reservation counts: one of <see cref="ReservationStates"/>.</param>
    public static async Task<bool> Opens(Statements read, Caller caller, string sessionId, string states) =>
        caller.IsStaff
            ? await SessionTable.Exists(read, sessionId)
            : await read.Get<long>(
                $"SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND company_id = @CompanyId AND {states}",
                new { sessionId, caller.CompanyId }
            ) > 0;

    public ReservationStatus State => Words.Parse<ReservationStatus>(Status);

    /// <summary>The deadline has passed, though nothing may have swept it yet.</summary>
    public bool HasLapsed(Instant now) => State.HasDeadline() && HoldExpiresAt <= now && KeptForCheckout == 0;

    /// <summary>
    /// Why it has ended; of one whose checkout is still being closed, why it will. Null when it goes on.
    /// </summary>
    public Ending? Ending => Words.TryParse<EndedBecause>(EndedBecause) is { } because ? new(because, EndedNote) : null;
}
