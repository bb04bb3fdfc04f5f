namespace ClosedDoor.Features.Invariants;

/// <summary>Tickets, and who has come in by them.</summary>
static class DoorInvariants
{
    public static readonly Invariant[] All =
    [
        new(
            "a_ticket_is_of_its_persons_session",
            """
            SELECT ticket.id FROM ticket LEFT JOIN invitation ON invitation.id = ticket.invitation_id
            WHERE ticket.invitation_id IS NOT NULL AND (invitation.id IS NULL OR invitation.session_id <> ticket.session_id)
            """
        ),
        new(
            "a_delegates_ticket_is_of_the_seats_session",
            """
            SELECT ticket.id FROM ticket JOIN delegate ON delegate.id = ticket.delegate_id
            JOIN reservation ON reservation.id = delegate.reservation_id WHERE reservation.session_id <> ticket.session_id
            """
        ),
        new(
            "nobody_is_in_twice",
            """
            SELECT MIN(check_in.id) AS id FROM check_in WHERE check_in.undone_at IS NULL
            GROUP BY check_in.ticket_id HAVING COUNT(*) > 1
            """
        ),
        new(
            "who_is_in_was_let_in_by_a_scan",
            """
            SELECT check_in.id FROM check_in JOIN door_scan ON door_scan.id = check_in.scan_id
            WHERE check_in.undone_at IS NULL AND (door_scan.outcome <> 'admitted' OR door_scan.ticket_id <> check_in.ticket_id
                OR door_scan.device_id <> check_in.device_id)
            """
        ),
        new(
            "whom_a_scan_let_in_is_in",
            """
            SELECT door_scan.id FROM door_scan WHERE door_scan.outcome = 'admitted'
                AND NOT EXISTS (SELECT 1 FROM check_in WHERE check_in.scan_id = door_scan.id)
            """
        ),
        new(
            "who_is_in_is_where_the_ticket_is_for",
            """
            SELECT check_in.id FROM check_in JOIN ticket ON ticket.id = check_in.ticket_id
            JOIN door_device ON door_device.id = check_in.device_id
            WHERE check_in.session_id <> ticket.session_id OR door_device.session_id <> ticket.session_id
            """
        ),
    ];
}
