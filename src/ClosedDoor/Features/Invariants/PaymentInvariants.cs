using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Reservations;

namespace ClosedDoor.Features.Invariants;

static class PaymentInvariants
{
    const string Received =
        "(SELECT COALESCE(SUM(receipt.amount), 0) FROM receipt WHERE receipt.payment_id = payment.id)";

    const string GoesBack =
        $"(SELECT COALESCE(SUM(refund.amount), 0) FROM refund WHERE refund.payment_id = payment.id AND refund.{RefundRow.Live})";

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
            $"""
            SELECT reservation.id FROM reservation
            WHERE {ReservationStates.Sure} AND reservation.price_amount > 0
                AND NOT EXISTS (SELECT 1 FROM payment WHERE payment.reservation_id = reservation.id
                    AND {PaymentStates.WasPaid})
            """
        ),
        new(
            "a_settled_payment_has_come_in_full",
            $"""
            SELECT payment.id FROM payment
            WHERE {PaymentStates.Settled}
                AND {Received} < payment.amount
            """
        ),
        new(
            "a_settled_payment_has_its_seat",
            $"""
            SELECT payment.id FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE {PaymentStates.Settled}
                AND NOT {ReservationStates.Sure}
            """
        ),
        new(
            "money_that_came_for_nothing_is_due_back",
            $"""
            SELECT payment.id FROM payment WHERE payment.status IN ('expired', 'cancelled', 'failed', 'late_paid') AND {Received} > 0
            """
        ),
        new("no_more_goes_back_than_has_come", $"SELECT payment.id FROM payment WHERE {Received} < {GoesBack}"),
        new(
            "a_refund_that_is_due_is_on_its_way",
            $"""
            SELECT payment.id FROM payment WHERE payment.status = 'refund_due' AND NOT EXISTS
                (SELECT 1 FROM refund WHERE refund.payment_id = payment.id AND refund.{RefundRow.Open})
            """
        ),
        new(
            "a_seat_is_kept_only_for_a_checkout_that_can_be_paid",
            $"""
            SELECT reservation.id FROM reservation WHERE reservation.kept_for_checkout = 1 AND NOT EXISTS
                (SELECT 1 FROM payment WHERE payment.reservation_id = reservation.id
                    AND {PaymentStates.KeepsSeat})
            """
        ),
        new(
            "a_receipt_stands_in_the_ledger",
            """
            SELECT receipt.id FROM receipt WHERE receipt.amount <>
                (SELECT COALESCE(SUM(ledger.amount), 0) FROM ledger WHERE ledger.kind = 'receipt' AND ledger.subject = receipt.id)
            """
        ),
        new(
            "a_refund_stands_in_the_ledger",
            """
            SELECT refund.id FROM refund WHERE refund.amount <>
                (SELECT COALESCE(SUM(ledger.amount), 0) FROM ledger WHERE ledger.kind = 'refund' AND ledger.subject = refund.id)
            """
        ),
        new(
            "a_payout_stands_in_the_ledger",
            $"""
            SELECT refund.id FROM refund
            WHERE CASE WHEN refund.status IN ('refunded', 'external_refund') THEN refund.amount ELSE 0 END <>
                (SELECT {LedgerSum.Posted(LedgerKind.Payout, LedgerKind.PayoutReturned)}
                FROM ledger WHERE ledger.subject = refund.id)
            """
        ),
        new(
            "applied_money_has_come_in_where_it_was_applied",
            $"""
            SELECT refund.id FROM refund WHERE refund.applied_to IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM receipt WHERE receipt.payment_id = refund.applied_to
                    AND receipt.serial = '{ApplyRefund.Serial}' || refund.id AND receipt.amount = refund.amount)
            """
        ),
        new(
            "a_settled_payment_owes_nothing",
            $"""
            SELECT payment.id FROM payment WHERE {PaymentStates.Settled} AND 0 <> {LedgerSum.Receivable}
            """
        ),
    ];
}
