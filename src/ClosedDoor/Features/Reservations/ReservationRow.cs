using ClosedDoor.Domain;
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

    public const string Select = """
        SELECT id, code, session_id, company_id, seat_number, status, hold_expires_at, price_amount, price_currency,
            ended_because, ended_note, created_at, version
        FROM reservation
        """;

    public ReservationStatus State => Words.Parse<ReservationStatus>(Status);

    /// <summary>The deadline has passed, though nothing may have swept it yet.</summary>
    public bool HasLapsed(Instant now) => State.HasDeadline() && HoldExpiresAt <= now;
}
