namespace ClosedDoor.Features.Invariants;

static class WaitlistInvariants
{
    public static readonly Invariant[] All =
    [
        new(
            "a_promoted_company_got_its_reservation",
            """
            SELECT waitlist_entry.id FROM waitlist_entry WHERE status = 'promoted' AND NOT EXISTS
                (SELECT 1 FROM reservation WHERE reservation.id = waitlist_entry.reservation_id
                    AND reservation.session_id = waitlist_entry.session_id
                    AND reservation.company_id = waitlist_entry.company_id)
            """
        ),
        new(
            "nobody_on_the_waitlist_was_overtaken",
            """
            SELECT waiting.id FROM waitlist_entry AS waiting JOIN
                (SELECT session_id, MAX(number) AS last FROM waitlist_entry WHERE status = 'promoted' GROUP BY session_id) AS promoted
                ON promoted.session_id = waiting.session_id AND promoted.last > waiting.number
            WHERE waiting.status = 'waiting'
            """
        ),
        new(
            "nobody_waits_while_a_seat_is_free",
            """
            SELECT waitlist_entry.id FROM waitlist_entry JOIN session ON session.id = waitlist_entry.session_id
            WHERE waitlist_entry.status = 'waiting' AND session.status = 'published' AND session.admission = 'open'
                AND session.sales_close_at > @now
                AND EXISTS (SELECT 1 FROM seat WHERE seat.session_id = session.id AND seat.reservation_id IS NULL)
            """
        ),
        new(
            "nobody_waits_for_a_session_that_is_over",
            """
            SELECT waitlist_entry.id FROM waitlist_entry JOIN session ON session.id = waitlist_entry.session_id
            WHERE waitlist_entry.status = 'waiting' AND session.status IN ('cancelled', 'completed')
            """
        ),
    ];
}
