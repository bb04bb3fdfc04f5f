using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>As <see cref="Unguarded"/>, for payments and the money that comes in.</summary>
static class UnguardedPayments
{
    public static Task<bool> Confirm(TestHost host, string reservationId, string paymentId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => UnguardedSeats.Status(read, reservationId),
            status => status == "awaiting_payment",
            async (tx, _) =>
            {
                await AddReceipt(tx, paymentId, Moves.NewSerial());
                await tx.Execute(
                    "UPDATE reservation SET status = 'confirmed', hold_expires_at = NULL WHERE id = @reservationId",
                    new { reservationId }
                );
                await tx.Execute("UPDATE payment SET status = 'confirmed' WHERE id = @paymentId", new { paymentId });
            }
        );

    public static Task<bool> ChoosePayment(TestHost host, string reservationId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => UnguardedSeats.Status(read, reservationId),
            status => status == "held",
            async (tx, _) =>
            {
                await tx.Execute(
                    """
                    INSERT INTO payment (id, reservation_id, session_id, company_id, method, status, reference, amount, currency,
                        due_at, due_in_calendar_days, created_at, version)
                    SELECT @id, id, session_id, company_id, 'bank_transfer', 'awaiting_transfer', code, price_amount, price_currency, 1, 0, 1, 1
                    FROM reservation WHERE id = @reservationId
                    """,
                    new { id = TypeId.New("pay", host.Time.Now), reservationId }
                );
                await tx.Execute(
                    "UPDATE reservation SET status = 'awaiting_payment' WHERE id = @reservationId",
                    new { reservationId }
                );
            }
        );

    public static Task<bool> Receive(TestHost host, string paymentId, string serial, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => read.Get<long>("SELECT COUNT(*) FROM receipt WHERE serial = @serial", new { serial }),
            recorded => recorded == 0,
            (tx, _) => AddReceipt(tx, paymentId, serial)
        );

    /// <summary>Takes a row of a bank's statement whose serial it did not find: the line, and its money for the payment.</summary>
    public static Task<bool> Import(TestHost host, string paymentId, string serial, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => read.Get<long>("SELECT COUNT(*) FROM bank_line WHERE serial = @serial", new { serial }),
            lines => lines == 0,
            async (tx, _) =>
            {
                await tx.Execute(
                    """
                    INSERT INTO bank_line (id, account, serial, received_on, amount, currency, payer_name, remark, status, created_at, version)
                    SELECT @id, '1', @serial, '2026-03-02', amount, currency, '示例企业', '', 'confirmed', 1, 1 FROM payment WHERE id = @paymentId
                    """,
                    new
                    {
                        id = TypeId.New("bln", host.Time.Now),
                        serial,
                        paymentId,
                    }
                );
                await AddReceipt(tx, paymentId, serial);
            }
        );

    static Task<int> AddReceipt(Tx tx, string paymentId, string serial) =>
        tx.Execute(
            """
            INSERT INTO receipt (id, payment_id, account, serial, amount, currency, payer_name, received_on, recorded_by, recorded_at)
            SELECT @id, id, '1', @serial, amount, currency, '示例企业', '2026-03-02', 'test', 1 FROM payment WHERE id = @paymentId
            """,
            new
            {
                id = $"rcp_{Moves.NewSerial()}",
                paymentId,
                serial,
            }
        );
}
