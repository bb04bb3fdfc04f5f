using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Benchmarks;

/// <summary>
/// Years of business behind a database, by SQL that both engines run: companies, days gone by, their seats all taken, each
/// reservation attended, and the audit log of it.
/// </summary>
static class Past
{
    const int Companies = 2_000;
    const int Seats = 8;
    const int Batch = 50_000;

    /// <summary>Adds so many reservations.</summary>
    public static async Task Add(Database db, int reservations, Instant now)
    {
        var at = now.ToUnixTimeMilliseconds();
        await Run(
            db,
            """
            INSERT INTO company (id, name, uscc, contact_name, contact_email, contact_phone, created_at, version)
            """,
            """
            'cmp_0' || CAST(1000000000000000 + n.i AS TEXT) || '000000000', '示例企业', 'past' || CAST(n.i AS TEXT), '示例联系人',
                'past@example.com', '+8613800000000', @at, 1
            """,
            0,
            Companies,
            at
        );
        for (var first = 0; first < reservations; first += Batch)
        {
            var last = Math.Min(reservations, first + Batch);
            await Run(
                db,
                """
                INSERT INTO session (id, title, date, starts_at, ends_at, time_zone, city, venue, focus, status, admission,
                    seat_cap, price_amount, price_currency, sales_close_at, begins_at, published_at, created_at, version)
                """,
                $"""
                {Session("n.i")}, '示例场次', '2020-01-01', '09:00', '17:00', 'Asia/Shanghai', '上海', '示例会场', '[]',
                    'completed', 'open', {Seats}, 100000, 'CNY', @at, @at, @at, @at, 3
                """,
                first / Seats,
                last / Seats,
                at
            );
            await Run(
                db,
                """
                INSERT INTO reservation (id, code, session_id, company_id, seat_number, status, price_amount, price_currency,
                    created_at, version)
                """,
                $"""
                {Reservation("n.i")}, 'past-' || CAST((n.i * 7919) % 100000007 AS TEXT), {Session($"n.i / {Seats}")},
                    'cmp_0' || CAST(1000000000000000 + n.i % {Companies} AS TEXT) || '000000000', n.i % {Seats} + 1, 'attended',
                    100000, 'CNY', @at, 4
                """,
                first,
                last,
                at
            );
            await Run(
                db,
                "INSERT INTO seat (session_id, number, reservation_id)",
                $"{Session($"n.i / {Seats}")}, n.i % {Seats} + 1, {Reservation("n.i")}",
                first,
                last,
                at
            );
            await Run(
                db,
                "INSERT INTO audit (chain, seq, at, actor, action, subject, after, previous_hash, hash)",
                $"""
                {Session($"n.i / {Seats}")}, n.i % {Seats} + 1, @at, 'past', 'seat.held', {Reservation("n.i")},
                    '{new string('x', 120)}', '{new string('0', 64)}', '{new string('0', 64)}'
                """,
                first,
                last,
                at
            );
            await Run(
                db,
                "INSERT INTO audit_head (chain, seq, hash, sealed_seq, unsealed)",
                $"{Session("n.i")}, {Seats}, '{new string('0', 64)}', {Seats}, 0",
                first / Seats,
                last / Seats,
                at
            );
        }
    }

    /// <summary>INSERT … SELECT, a row for each number n.i from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    static Task<int> Run(Database db, string insert, string values, int from, int to, long at) =>
        db.Write(
            "bench",
            tx =>
                tx.Execute(
                    $"""
                    {insert}
                    WITH RECURSIVE n (i) AS (
                        SELECT CAST(@from AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < @to)
                    SELECT {values} FROM n
                    """,
                    new
                    {
                        from = (long)from,
                        to = (long)to,
                        at,
                    }
                )
        );

    static string Session(string number) => $"'ses_0' || CAST(1000000000000000 + {number} AS TEXT) || '000000000'";

    static string Reservation(string number) => $"'rsv_0' || CAST(1000000000000000 + {number} AS TEXT) || '000000000'";
}
