namespace ClosedDoor.Features.Invariants;

static class PaymentInvariants
{
    const string Received =
        "(SELECT COALESCE(SUM(bank_receipt.amount), 0) FROM bank_receipt WHERE bank_receipt.payment_id = payment.id)";

    public static readonly Invariant[] All =
    [
        new(
            "a_payment_is_its_reservations",
            """
            SELECT payment.id FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE payment.session_id <> reservation.session_id OR payment.company_id <> reservation.company_id
            """
        ),
        new(
            "a_confirmed_seat_is_paid",
            """
            SELECT reservation.id FROM reservation
            WHERE reservation.status IN ('confirmed', 'attended', 'no_show') AND reservation.price_amount > 0
                AND NOT EXISTS (SELECT 1 FROM payment WHERE payment.reservation_id = reservation.id
                    AND payment.status NOT IN ('awaiting_transfer', 'underpaid', 'expired', 'cancelled'))
            """
        ),
        new(
            "a_settled_transfer_has_come_in_full",
            $"""
            SELECT payment.id FROM payment
            WHERE payment.method = 'bank_transfer' AND payment.status IN ('confirmed', 'overpaid')
                AND {Received} < payment.amount
            """
        ),
        new(
            "a_settled_payment_has_its_seat",
            """
            SELECT payment.id FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE payment.status IN ('confirmed', 'overpaid')
                AND reservation.status NOT IN ('confirmed', 'attended', 'no_show')
            """
        ),
        new(
            "money_that_came_for_nothing_is_due_back",
            $"""
            SELECT payment.id FROM payment WHERE payment.status IN ('expired', 'cancelled') AND {Received} > 0
            """
        ),
    ];
}
