using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>What stands between a company and a seat of a session, read in one statement under the session's lock.</summary>
sealed record Room
{
    /// <summary>The company's live reservations in this session: 0 or 1.</summary>
    public long Own { get; init; }

    /// <summary>Of those, one whose time is over: it does not stop a new one.</summary>
    public long OwnLapsed { get; init; }

    /// <summary>Holds of anyone whose time is over.</summary>
    public long Lapsed { get; init; }

    public long Waiting { get; init; }
    public long OwnWaiting { get; init; }
    public long Free { get; init; }

    public LocalDate? ValidThrough { get; init; }
    public LocalDate? FirstCertificateExpiry { get; init; }

    public VettingStanding Vetting => new(ValidThrough, FirstCertificateExpiry);

    public static Task<Room> Look(Tx tx, string sessionId, string companyId, Instant now) =>
        tx.Get<Room>(
            Sql,
            new
            {
                sessionId,
                companyId,
                now,
            }
        );

    static readonly string Sql = $"""
        SELECT
            (SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND company_id = @companyId
                AND {ReservationStates.Live}) AS own,
            (SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND company_id = @companyId
                AND {ReservationStates.Live} AND {ReservationStates.Lapsed}) AS own_lapsed,
            (SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND {ReservationStates.LapsedInSession}) AS lapsed,
            (SELECT COUNT(*) FROM waitlist_entry WHERE session_id = @sessionId AND status = 'waiting') AS waiting,
            (SELECT COUNT(*) FROM waitlist_entry
                WHERE session_id = @sessionId AND company_id = @companyId AND status = 'waiting') AS own_waiting,
            (SELECT COUNT(*) FROM seat WHERE session_id = @sessionId AND reservation_id IS NULL) AS free,
            (SELECT valid_through FROM vetting WHERE company_id = @companyId AND status = 'approved') AS valid_through,
            (SELECT first_certificate_expiry FROM vetting
                WHERE company_id = @companyId AND status = 'approved') AS first_certificate_expiry
        """;
}
