using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// What must be true of a session's seats, reservations, waitlist and money whenever nobody is at work on them,
/// whatever happened before and in whatever order.
/// </summary>
static class Books
{
    const string HasSeat = "status IN ('held', 'awaiting_payment', 'confirmed', 'attended', 'no_show')";
    const string IsSure = "status IN ('confirmed', 'attended', 'no_show')";
    const string IsLive = "status IN ('applied', 'held', 'awaiting_payment', 'confirmed', 'attended', 'no_show')";

    const string Received =
        "(SELECT COALESCE(SUM(receipt.amount), 0) FROM receipt WHERE receipt.payment_id = payment.id)";

    const string Refunds =
        "(SELECT COALESCE(SUM(refund.amount), 0) FROM refund WHERE refund.payment_id = payment.id AND refund.status <> 'withdrawn')";

    /// <summary>Each counts what must not be there.</summary>
    static readonly (string Fault, string Count)[] Rules =
    [
        (
            "a seat has two owners",
            $"SELECT COUNT(*) FROM (SELECT seat_number FROM reservation WHERE session_id = @sessionId AND {HasSeat} GROUP BY seat_number HAVING COUNT(*) > 1) AS doubled"
        ),
        (
            "a reservation has no seat of its own",
            $"""
            SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND {HasSeat} AND NOT EXISTS
                (SELECT 1 FROM seat WHERE seat.session_id = reservation.session_id
                    AND seat.number = reservation.seat_number AND seat.reservation_id = reservation.id)
            """
        ),
        (
            "a seat is kept from sale by nobody",
            $"""
            SELECT COUNT(*) FROM seat WHERE session_id = @sessionId AND reservation_id IS NOT NULL AND NOT EXISTS
                (SELECT 1 FROM reservation WHERE reservation.id = seat.reservation_id
                    AND reservation.seat_number = seat.number AND {HasSeat})
            """
        ),
        (
            "the seats are not as many as the cap says",
            "SELECT COUNT(*) FROM session WHERE id = @sessionId AND seat_cap <> (SELECT COUNT(*) FROM seat WHERE session_id = @sessionId)"
        ),
        (
            "more seats are sold than there are",
            $"SELECT COUNT(*) FROM session WHERE id = @sessionId AND seat_cap < (SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND {HasSeat})"
        ),
        (
            "a company has two live reservations",
            $"SELECT COUNT(*) FROM (SELECT company_id FROM reservation WHERE session_id = @sessionId AND {IsLive} GROUP BY company_id HAVING COUNT(*) > 1) AS doubled"
        ),
        (
            "a reservation has two live payments",
            """
            SELECT COUNT(*) FROM (SELECT reservation_id FROM payment WHERE session_id = @sessionId
                AND status NOT IN ('failed', 'expired', 'cancelled', 'refunded')
                GROUP BY reservation_id HAVING COUNT(*) > 1) AS doubled
            """
        ),
        (
            "a seat is confirmed without money",
            $"""
            SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND {IsSure} AND NOT EXISTS
                (SELECT 1 FROM payment WHERE payment.reservation_id = reservation.id AND {Received} >= payment.amount)
            """
        ),
        (
            "money is here without a seat, and not due back",
            $"""
            SELECT COUNT(*) FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE payment.session_id = @sessionId AND {Received} > 0
                AND payment.status NOT IN ('refund_due', 'refunded', 'forfeited', 'disputed', 'charged_back')
                AND NOT (reservation.{HasSeat})
            """
        ),
        (
            "money that never had a seat does not go back whole",
            $"""
            SELECT COUNT(*) FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE payment.session_id = @sessionId AND payment.status IN ('refund_due', 'refunded')
                AND reservation.refund_amount IS NULL AND {Received} > {Refunds}
                AND NOT EXISTS (SELECT 1 FROM dispute WHERE dispute.payment_id = payment.id)
            """
        ),
        (
            "more goes back than has come",
            $"SELECT COUNT(*) FROM payment WHERE session_id = @sessionId AND {Received} < {Refunds}"
        ),
        (
            "a refund is due and none is on its way",
            """
            SELECT COUNT(*) FROM payment WHERE session_id = @sessionId AND status = 'refund_due' AND NOT EXISTS
                (SELECT 1 FROM refund WHERE refund.payment_id = payment.id AND refund.status IN
                    ('awaiting_approval', 'refund_due', 'refund_pending', 'refund_failed', 'manual_payout'))
            """
        ),
        (
            "a refund is on its way and its payment says that all are paid",
            """
            SELECT COUNT(*) FROM payment WHERE session_id = @sessionId AND status = 'refunded' AND EXISTS
                (SELECT 1 FROM refund WHERE refund.payment_id = payment.id AND refund.status IN
                    ('awaiting_approval', 'refund_due', 'refund_pending', 'refund_failed', 'manual_payout'))
            """
        ),
        (
            "a seat is kept for a checkout that there is not",
            """
            SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND kept_for_checkout = 1 AND NOT EXISTS
                (SELECT 1 FROM payment WHERE payment.reservation_id = reservation.id
                    AND payment.status IN ('opening', 'open', 'expiring', 'processing'))
            """
        ),
        (
            "a checkout can be paid for a seat that is not kept",
            """
            SELECT COUNT(*) FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE payment.session_id = @sessionId AND payment.status IN ('opening', 'open', 'expiring', 'processing')
                AND NOT (reservation.status = 'awaiting_payment' AND reservation.kept_for_checkout = 1)
            """
        ),
        (
            "money is due back for a seat that is kept",
            $"""
            SELECT COUNT(*) FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE payment.session_id = @sessionId AND payment.status = 'refund_due' AND reservation.{HasSeat}
            """
        ),
        (
            "a payment is settled for a seat that is not confirmed",
            $"""
            SELECT COUNT(*) FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE payment.session_id = @sessionId AND payment.status IN ('confirmed', 'overpaid')
                AND NOT (reservation.{IsSure})
            """
        ),
        (
            "somebody waits while a seat is free",
            """
            SELECT COUNT(*) FROM waitlist_entry WHERE session_id = @sessionId AND status = 'waiting'
                AND EXISTS (SELECT 1 FROM seat WHERE session_id = @sessionId AND reservation_id IS NULL)
            """
        ),
        (
            "somebody on the waitlist was overtaken",
            """
            SELECT COUNT(*) FROM waitlist_entry AS waiting JOIN waitlist_entry AS promoted
                ON promoted.session_id = waiting.session_id AND promoted.number > waiting.number
            WHERE waiting.session_id = @sessionId AND waiting.status = 'waiting' AND promoted.status = 'promoted'
            """
        ),
    ];

    /// <summary>Everything that is wrong with the session; empty when all is well.</summary>
    public static Task<List<string>> Faults(TestHost host, string sessionId) => Faults(host.Data, sessionId);

    public static Task<List<string>> Faults(Database database, string sessionId) =>
        database.Read(async db =>
        {
            var faults = new List<string>();
            foreach (var (fault, count) in Rules)
            {
                if (await db.Get<long>(count, new { sessionId }) > 0)
                    faults.Add(fault);
            }
            faults.AddRange(await CheckLedger.Faults(db));
            faults.AddRange(await EndedSeats.Faults(db, sessionId));
            return faults;
        });

    /// <summary>No faults, and what the public reads adds up.</summary>
    public static async Task AreInOrder(TestHost host, string sessionId)
    {
        Assert.That(await Faults(host, sessionId), Is.Empty);
        var seats = (await host.Anonymous.Get($"/sessions/{sessionId}")).Expect(200)["seats"];
        long Count(string name) => seats.GetProperty(name).GetInt64();
        Assert.That(Count("held") + Count("confirmed") + Count("available"), Is.EqualTo(Count("cap")));
        Assert.That(Count("available"), Is.Not.Negative);
    }

    public static async Task AuditIsWhole(TestHost host) =>
        Assert.That((await new VerifyAudit(host.Data).Run()).Broken, Is.Null);
}
