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

    /// <summary>Companies on the session's waitlist: a freed seat is theirs first.</summary>
    public long Waiting { get; init; }

    /// <summary>Of those, the company itself: 0 or 1.</summary>
    public long OwnWaiting { get; init; }

    /// <summary>The free seat with the lowest number; null when all are taken.</summary>
    public long? FirstFree { get; init; }

    public LocalDate? ValidThrough { get; init; }
    public LocalDate? FirstCertificateExpiry { get; init; }

    public VettingStanding Vetting => new(ValidThrough, FirstCertificateExpiry);

    public static Task<Room> Look(Statements read, string sessionId, string companyId, Instant now) =>
        read.Get<Room>(
            Sql,
            new
            {
                sessionId,
                companyId,
                now,
            }
        );

    // A company has one live reservation in a session and one approved vetting, so neither join multiplies the row.
    static readonly string Sql = $"""
        SELECT
            CASE WHEN reservation.id IS NULL THEN 0 ELSE 1 END AS own,
            CASE WHEN {ReservationStates.Lapsed} THEN 1 ELSE 0 END AS own_lapsed,
            (SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND {ReservationStates.LapsedInSession}) AS lapsed,
            (SELECT COUNT(*) FROM waitlist_entry WHERE session_id = @sessionId AND status = 'waiting') AS waiting,
            (SELECT COUNT(*) FROM waitlist_entry
                WHERE session_id = @sessionId AND company_id = @companyId AND status = 'waiting') AS own_waiting,
            (SELECT MIN(number) FROM seat WHERE session_id = @sessionId AND reservation_id IS NULL) AS first_free,
            vetting.valid_through, vetting.first_certificate_expiry
        FROM session
            LEFT JOIN reservation ON reservation.session_id = session.id AND reservation.company_id = @companyId
                AND {ReservationStates.Live}
            LEFT JOIN vetting ON vetting.company_id = @companyId AND vetting.status = 'approved'
        WHERE session.id = @sessionId
        """;
}
