using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Conflicts;

/// <summary>A guest and a company of one session, and what each declared of the other.</summary>
sealed record PairRow
{
    public string InvitationId { get; init; } = "";
    public string GuestId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string CompanyName { get; init; } = "";
    public string? ByGuest { get; init; }
    public string? ByCompany { get; init; }

    public PairStanding Standing => ConflictOfInterest.Standing(Kinds(ByGuest), Kinds(ByCompany));

    public static IReadOnlyList<ConflictKind>? Kinds(string? words) =>
        words is null
            ? null
            : [.. words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Words.Parse<ConflictKind>)];
}

/// <summary>Who may meet whom in a session, for the timetable and for the organizers.</summary>
static class ConflictBook
{
    /// <summary>Every guest who has accepted with every company that has a seat, in a stable order.</summary>
    /// <param name="read">An open connection.</param>
    /// <param name="sessionId">The session.</param>
    /// <param name="guestId">One guest's pairs alone: with those companies that a guest may know of, whose seats are paid for.</param>
    /// <param name="companyId">One company's pairs alone.</param>
    public static Task<List<PairRow>> Of(
        Statements read,
        string sessionId,
        string? guestId = null,
        string? companyId = null
    ) =>
        read.All<PairRow>(
            $"""
            SELECT invitation.id AS invitation_id, invitation.guest_id, reservation.company_id, company.name AS company_name,
                by_guest.kinds AS by_guest, by_company.kinds AS by_company
            FROM invitation
            JOIN reservation ON reservation.session_id = invitation.session_id
                AND {(guestId is null ? ReservationStates.TakesSeat : ReservationStates.Sure)}
            JOIN company ON company.id = reservation.company_id
            LEFT JOIN conflict_declaration AS by_guest ON by_guest.guest_id = invitation.guest_id
                AND by_guest.company_id = reservation.company_id AND by_guest.declared_by = 'guest'
            LEFT JOIN conflict_declaration AS by_company ON by_company.guest_id = invitation.guest_id
                AND by_company.company_id = reservation.company_id AND by_company.declared_by = 'company'
            WHERE invitation.session_id = @sessionId AND invitation.status = 'accepted'
                {(guestId is null ? "" : "AND invitation.guest_id = @guestId")}
                {(companyId is null ? "" : "AND reservation.company_id = @companyId")}
            ORDER BY invitation.guest_id, reservation.company_id
            """,
            new
            {
                sessionId,
                guestId,
                companyId,
            }
        );
}
