using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Races;

/// <summary>As <see cref="Unguarded"/>, for seats and who has them.</summary>
static class UnguardedSeats
{
    /// <param name="end"><c>expired</c> or <c>cancelled</c>.</param>
    public static Task<bool> End(TestHost host, string reservationId, string end, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => Status(read, reservationId),
            status => status == "awaiting_payment",
            async (tx, _) =>
            {
                await tx.Execute(
                    "UPDATE reservation SET status = @end, hold_expires_at = NULL WHERE id = @reservationId",
                    new { reservationId, end }
                );
                await tx.Execute(
                    "UPDATE payment SET status = @end WHERE reservation_id = @reservationId",
                    new { reservationId, end }
                );
                await tx.Execute(
                    "UPDATE seat SET reservation_id = NULL WHERE reservation_id = @reservationId",
                    new { reservationId }
                );
            }
        );

    /// <summary>Takes the free seat that it saw: a new claim, or the promotion of <paramref name="entryId"/>.</summary>
    public static Task<bool> Claim(
        TestHost host,
        string sessionId,
        string companyId,
        Rendezvous meet,
        string? entryId = null
    ) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => FreeSeat(read, sessionId),
            seat => seat is not null,
            async (tx, seat) =>
            {
                var id = TypeId.New("rsv", host.Time.Now);
                await tx.Execute(
                    """
                    INSERT INTO reservation (id, code, session_id, company_id, seat_number, status, hold_expires_at, price_amount, price_currency, created_at, version)
                    VALUES (@id, @id, @sessionId, @companyId, @seat, 'held', @until, 1, 'CNY', 1, 1)
                    """,
                    new
                    {
                        id,
                        sessionId,
                        companyId,
                        seat,
                        until = long.MaxValue,
                    }
                );
                await Occupy(tx, sessionId, seat!.Value, id);
                if (entryId is not null)
                    await tx.Execute(
                        "UPDATE waitlist_entry SET status = 'promoted' WHERE id = @entryId",
                        new { entryId }
                    );
            }
        );

    public static Task<bool> Approve(TestHost host, string sessionId, string reservationId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => FreeSeat(read, sessionId),
            seat => seat is not null,
            async (tx, seat) =>
            {
                await tx.Execute(
                    "UPDATE reservation SET status = 'held', hold_expires_at = @until, seat_number = @seat WHERE id = @reservationId",
                    new
                    {
                        reservationId,
                        seat,
                        until = long.MaxValue,
                    }
                );
                await Occupy(tx, sessionId, seat!.Value, reservationId);
            }
        );

    public static Task<bool> Sweep(TestHost host, string reservationId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read => Status(read, reservationId),
            status => status == "held",
            async (tx, _) =>
            {
                await tx.Execute(
                    "UPDATE reservation SET status = 'expired', hold_expires_at = NULL WHERE id = @reservationId",
                    new { reservationId }
                );
                await tx.Send("reservation.expired.v1", new { id = reservationId }, host.Time.Now);
            }
        );

    /// <summary>Deletes the delegates that it saw, and adds two.</summary>
    public static Task<bool> NameDelegates(TestHost host, string reservationId, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read =>
                read.All<string>(
                    "SELECT id FROM delegate WHERE reservation_id = @reservationId",
                    new { reservationId }
                ),
            _ => true,
            async (tx, seen) =>
            {
                foreach (var id in seen)
                    await tx.Execute("DELETE FROM delegate WHERE id = @id", new { id });
                for (var i = 0; i < 2; i++)
                    await tx.Execute(
                        """
                        INSERT INTO delegate (id, reservation_id, number, name, job_title, phone, email, created_at)
                        VALUES (@id, @reservationId, @number, '示例代表', '', '', '', 1)
                        """,
                        new
                        {
                            id = TypeId.New("dlg", host.Time.Now),
                            reservationId,
                            number = i + 1L,
                        }
                    );
            }
        );

    /// <summary>Takes away the seats above <paramref name="cap"/> that it saw free.</summary>
    public static Task<bool> LowerCap(TestHost host, string sessionId, long cap, Rendezvous meet) =>
        Unguarded.CheckThenAct(
            host,
            meet,
            read =>
                read.Get<long>(
                    "SELECT COUNT(*) FROM seat WHERE session_id = @sessionId AND number > @cap AND reservation_id IS NOT NULL",
                    new { sessionId, cap }
                ),
            taken => taken == 0,
            async (tx, _) =>
            {
                await tx.Execute("UPDATE session SET seat_cap = @cap WHERE id = @sessionId", new { sessionId, cap });
                await tx.Execute(
                    "DELETE FROM seat WHERE session_id = @sessionId AND number > @cap",
                    new { sessionId, cap }
                );
            }
        );

    internal static Task<string> Status(Statements read, string reservationId) =>
        read.Get<string>("SELECT status FROM reservation WHERE id = @reservationId", new { reservationId });

    static Task<long?> FreeSeat(Statements read, string sessionId) =>
        read.Get<long?>(
            "SELECT MIN(number) FROM seat WHERE session_id = @sessionId AND reservation_id IS NULL",
            new { sessionId }
        );

    static Task<int> Occupy(Tx tx, string sessionId, long number, string reservationId) =>
        tx.Execute(
            "UPDATE seat SET reservation_id = @reservationId WHERE session_id = @sessionId AND number = @number",
            new
            {
                sessionId,
                number,
                reservationId,
            }
        );
}
