using ClosedDoor.Features.Reservations;

namespace ClosedDoor.Features.Invariants;

/// <summary>Seats and who has them. The schema makes most of these impossible; that the schema is there is what they show.</summary>
static class SeatInvariants
{
    public static readonly Invariant[] All =
    [
        new(
            "a_seat_has_one_owner",
            $"""
            SELECT MIN(reservation.id) AS id FROM reservation WHERE {ReservationStates.TakesSeat}
            GROUP BY session_id, seat_number HAVING COUNT(*) > 1
            """
        ),
        new(
            "a_reservation_with_a_seat_has_that_seats_row",
            $"""
            SELECT reservation.id FROM reservation WHERE {ReservationStates.TakesSeat} AND NOT EXISTS
                (SELECT 1 FROM seat WHERE seat.session_id = reservation.session_id
                    AND seat.number = reservation.seat_number AND seat.reservation_id = reservation.id)
            """
        ),
        new(
            "a_seat_is_kept_from_sale_by_a_live_reservation",
            $"""
            SELECT seat.reservation_id AS id FROM seat WHERE seat.reservation_id IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM reservation WHERE reservation.id = seat.reservation_id
                    AND reservation.session_id = seat.session_id AND reservation.seat_number = seat.number
                    AND {ReservationStates.TakesSeat})
            """
        ),
        new(
            "a_session_has_the_seats_that_its_cap_says",
            """
            SELECT session.id FROM session LEFT JOIN
                (SELECT session_id, COUNT(*) AS seats, MAX(number) AS highest FROM seat GROUP BY session_id) AS laid
                ON laid.session_id = session.id
            WHERE COALESCE(laid.seats, 0) <> session.seat_cap OR COALESCE(laid.highest, 0) <> session.seat_cap
            """
        ),
        new(
            "no_session_has_sold_more_seats_than_its_cap",
            $"""
            SELECT session.id FROM session JOIN
                (SELECT session_id, COUNT(*) AS sold FROM reservation WHERE {ReservationStates.TakesSeat} GROUP BY session_id) AS taken
                ON taken.session_id = session.id
            WHERE taken.sold > session.seat_cap
            """
        ),
        new(
            "a_company_has_one_live_reservation_in_a_session",
            $"""
            SELECT MIN(reservation.id) AS id FROM reservation WHERE {ReservationStates.Live}
            GROUP BY session_id, company_id HAVING COUNT(*) > 1
            """
        ),
        new(
            "a_cancelled_session_keeps_nobody_waiting_for_its_day",
            """
            SELECT reservation.id FROM reservation JOIN session ON session.id = reservation.session_id
            WHERE session.status = 'cancelled'
                AND reservation.status IN ('applied', 'held', 'awaiting_payment', 'confirmed')
                AND reservation.kept_for_checkout = 0
            """
        ),
        new(
            "a_draft_has_no_reservations",
            """
            SELECT reservation.id FROM reservation JOIN session ON session.id = reservation.session_id
            WHERE session.status = 'draft'
            """
        ),
    ];
}
