using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Sessions;

/// <summary>Every change to sessions, and the lock that orders all changes to one session's seats.</summary>
static class SessionTable
{
    /// <summary>
    /// Reads what the session sells, and locks its row until the end of the transaction. Whoever changes a seat, a
    /// reservation, the waitlist or a payment of a session comes through here first, so they go one after the other,
    /// always in this order of locks. Null when there is no such session.
    /// </summary>
    public static async Task<Sale?> Lock(Tx tx, string sessionId) =>
        (await tx.Find<SaleRow>($"{SaleRow.Select} {tx.ForUpdate}", new { sessionId }))?.ToSale();

    /// <summary>As <see cref="Lock"/>, without locking anything: what is read here may change at once.</summary>
    public static async Task<Sale?> Look(Statements read, string sessionId) =>
        (await read.Find<SaleRow>(SaleRow.Select, new { sessionId }))?.ToSale();

    public static async Task<bool> Exists(Statements read, string sessionId) =>
        await read.Find<string>("SELECT id FROM session WHERE id = @sessionId", new { sessionId }) is not null;

    public static async Task<string> Add(Tx tx, SessionPlan plan, Instant now)
    {
        var id = TypeId.New("ses", now);
        plan = plan with { RefundPolicy = plan.RefundPolicy ?? tx.Settings.RefundPolicy };
        await tx.Execute(
            """
            INSERT INTO session (id, title, date, starts_at, ends_at, time_zone, city, venue, focus, status, admission,
                seat_cap, price_amount, price_currency, sales_close_at, begins_at, refund_policy, created_at, version)
            VALUES (@id, @Title, @Date, @StartsAt, @EndsAt, @TimeZone, @City, @Venue, @Focus, 'draft', @Admission,
                @SeatCap, @PriceAmount, @PriceCurrency, @SalesCloseAt, @BeginsAt, @RefundPolicy, @now, 1)
            """,
            Columns(plan, id, now)
        );
        await SeatTable.Lay(tx, id, 1, plan.SeatCap);
        await tx.Record(now, new Change(id, "session.created", id, After: plan));
        return id;
    }

    public static async Task Change(Tx tx, string id, SessionPlan before, SessionPlan after, Instant now)
    {
        await tx.Execute(
            """
            UPDATE session SET title = @Title, date = @Date, starts_at = @StartsAt, ends_at = @EndsAt, time_zone = @TimeZone,
                city = @City, venue = @Venue, focus = @Focus, admission = @Admission, seat_cap = @SeatCap,
                price_amount = @PriceAmount, price_currency = @PriceCurrency, sales_close_at = @SalesCloseAt,
                begins_at = @BeginsAt, refund_policy = @RefundPolicy, version = version + 1
            WHERE id = @id
            """,
            Columns(after, id, now)
        );
        await tx.Record(now, new Change(id, "session.changed", id, before, after));
    }

    /// <summary>False when the session was not in <paramref name="from"/> any more.</summary>
    public static async Task<bool> Transition(Tx tx, string id, SessionStatus from, SessionStatus to, Instant now)
    {
        var done = await tx.Execute(
            """
            UPDATE session SET status = @to, version = version + 1,
                published_at = CASE WHEN @to = 'published' THEN @now ELSE published_at END
            WHERE id = @id AND status = @from
            """,
            new
            {
                id,
                from = from.Word(),
                to = to.Word(),
                now,
            }
        );
        if (done == 1)
            await tx.Record(
                now,
                new Change(id, $"session.{to.Word()}", id, new { status = from }, new { status = to })
            );
        return done == 1;
    }

    static object Columns(SessionPlan plan, string id, Instant now) =>
        new
        {
            id,
            plan.Title,
            plan.Date,
            plan.StartsAt,
            plan.EndsAt,
            plan.TimeZone,
            plan.City,
            plan.Venue,
            Focus = JsonSerializer.Serialize(plan.Focus, Json.Options),
            Admission = plan.Admission.Word(),
            SeatCap = (long)plan.SeatCap,
            PriceAmount = plan.Price.Amount,
            PriceCurrency = plan.Price.Currency,
            plan.SalesCloseAt,
            plan.BeginsAt,
            RefundPolicy = plan.RefundPolicy?.ToString(),
            now,
        };

    sealed record SaleRow
    {
        public const string Select = """
            SELECT id, status, admission, date, begins_at, sales_close_at, price_amount, price_currency, refund_policy
            FROM session WHERE id = @sessionId
            """;

        public string Id { get; init; } = "";
        public string Status { get; init; } = "";
        public string Admission { get; init; } = "";
        public LocalDate Date { get; init; }
        public Instant BeginsAt { get; init; }
        public Instant SalesCloseAt { get; init; }
        public long PriceAmount { get; init; }
        public string PriceCurrency { get; init; } = "";
        public string RefundPolicy { get; init; } = "";

        public Sale ToSale() =>
            new(
                Id,
                Words.Parse<SessionStatus>(Status),
                Words.Parse<Admission>(Admission),
                Date,
                BeginsAt,
                SalesCloseAt,
                new Money(PriceAmount, PriceCurrency)
            )
            {
                RefundPolicy = RefundPolicy,
            };
    }
}
