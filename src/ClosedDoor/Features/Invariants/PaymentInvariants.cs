using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;

namespace ClosedDoor.Features.Invariants;

static class PaymentInvariants
{
    const string Received =
        "(SELECT COALESCE(SUM(receipt.amount), 0) FROM receipt WHERE receipt.payment_id = payment.id)";

    static readonly string GoesBack =
        $"(SELECT COALESCE(SUM(refund.amount), 0) FROM refund WHERE refund.payment_id = payment.id AND refund.{RefundStates.Live})";

    /// <summary>
    /// The payments whose seat is gone, with what their terms leave here of the price: not what <c>SeatMoney</c> says, but
    /// worked out once more.
    /// </summary>
    static readonly string Ended = $"""
        (SELECT seat.*, seat.paid - CASE WHEN (seat.paid * seat.percent + 99) / 100 > seat.fee
                THEN (seat.paid * seat.percent + 99) / 100 - seat.fee ELSE 0 END - seat.given AS left_here
            FROM (SELECT fact.*, CASE WHEN fact.price > fact.out_of_price THEN fact.price - fact.out_of_price ELSE 0 END AS paid
                FROM (SELECT payment.id, payment.status, payment.amount AS price, payment.refund_percent AS percent,
                        payment.refund_fee AS fee,
                        {Sum("amount", "receipt", "1 = 1")} AS received,
                        {Sum(DisputeRow.Away, "dispute", "status = 'charged_back'")} AS lost,
                        {Sum("amount", "dispute", "status = 'disputed'")} AS contested,
                        {Sum("amount", "refund", RefundStates.Live)} AS returned,
                        {Sum("out_of_price", "refund", RefundStates.Live)} AS out_of_price,
                        {Sum("given", "refund", RefundStates.Live)} AS given,
                        {Sum(
            "CASE kind WHEN 'write_off' THEN amount WHEN 'recovery' THEN -amount ELSE 0 END",
            "ledger",
            "1 = 1"
        )} AS written_off,
                        {Sum(
            "CASE WHEN debit = 'receivable' THEN amount WHEN credit = 'receivable' THEN -amount ELSE 0 END",
            "ledger",
            "1 = 1"
        )} AS receivable
                    FROM payment WHERE payment.refund_percent IS NOT NULL) AS fact) AS seat) AS ended
        """;

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
            "a_reservation_has_one_payment_at_a_time",
            """
            SELECT MIN(payment.id) AS id FROM payment
            WHERE payment.status NOT IN ('failed', 'expired', 'cancelled', 'refunded')
            GROUP BY reservation_id HAVING COUNT(*) > 1
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
                (SELECT 1 FROM refund WHERE refund.payment_id = payment.id AND refund.{RefundStates.Open})
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
            WHERE CASE WHEN refund.{RefundStates.GoneBack} THEN refund.amount ELSE 0 END <>
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
        new("the_books_balance", CheckLedger.Unbalanced),
        new(
            "a_settled_payment_owes_nothing",
            $"""
            SELECT payment.id FROM payment WHERE {PaymentStates.Settled} AND 0 <> {LedgerSum.Receivable}
            """
        ),
        new(
            "of_a_seat_that_is_gone_no_more_is_here_than_its_terms_leave",
            $"""
            SELECT id FROM {Ended} WHERE status <> 'disputed'
                AND received - lost - contested - returned > CASE WHEN left_here > 0 THEN left_here ELSE 0 END
            """
        ),
        new(
            "for_a_seat_that_is_gone_is_owed_what_a_bank_took_of_what_its_terms_leave",
            $"""
            SELECT id FROM {Ended} WHERE contested = 0 AND receivable <> CASE
                WHEN left_here - received + lost + returned <= 0 OR lost <= written_off THEN 0
                WHEN left_here - received + lost + returned < lost
                    THEN CASE WHEN left_here - received + lost + returned > written_off
                        THEN left_here - received + lost + returned - written_off ELSE 0 END
                ELSE lost - written_off END
            """
        ),
    ];

    static string Sum(string column, string table, string where) =>
        $"CAST((SELECT COALESCE(SUM({column}), 0) FROM {table} WHERE {table}.payment_id = payment.id AND {where}) AS BIGINT)";
}
