using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>Who waits for a seat, in the order in which they came. The one file that changes waitlist entries.</summary>
static class WaitlistTable
{
    public const string Promoted = "waitlist.promoted.v1";

    /// <summary>A company waits no longer: passed over, or the session is cancelled or over.</summary>
    public const string Ended = "waitlist.passed.v1";

    /// <summary>An entry with its session locked; null when there is none, or it is another company's.</summary>
    public static async Task<WaitlistRow?> Lock(Tx tx, string id, Func<string, bool> maySee)
    {
        var sessionId = await tx.Find<string>("SELECT session_id FROM waitlist_entry WHERE id = @id", new { id });
        if (sessionId is null || await SessionTable.Lock(tx, sessionId) is null)
            return null;
        var row = await tx.Get<WaitlistRow>($"{WaitlistRow.Select} WHERE id = @id", new { id });
        return maySee(row.CompanyId) ? row : null;
    }

    public static async Task<bool> AnyWaiting(Tx tx, string sessionId) =>
        await tx.Find<string>(
            "SELECT id FROM waitlist_entry WHERE session_id = @sessionId AND status = 'waiting' LIMIT 1",
            new { sessionId }
        )
            is not null;

    public static async Task<WaitlistRow> Add(Tx tx, string sessionId, string companyId, Instant now)
    {
        var row = new WaitlistRow
        {
            Id = TypeId.New("wtl", now),
            SessionId = sessionId,
            CompanyId = companyId,
            Number =
                1
                + await tx.Get<long>(
                    "SELECT COALESCE(MAX(number), 0) FROM waitlist_entry WHERE session_id = @sessionId",
                    new { sessionId }
                ),
            Status = WaitlistStatus.Waiting.Word(),
            CreatedAt = now,
            Version = 1,
        };
        await tx.Execute(
            """
            INSERT INTO waitlist_entry (id, session_id, company_id, number, status, created_at, version)
            VALUES (@Id, @SessionId, @CompanyId, @Number, @Status, @CreatedAt, @Version)
            """,
            row
        );
        await tx.Record(now, new Change(sessionId, "waitlist.joined", row.Id, After: new { companyId, row.Number }));
        return row;
    }

    /// <summary>False when the company no longer waited.</summary>
    public static async Task<bool> Leave(Tx tx, WaitlistRow row, string because, Instant now)
    {
        var left = await tx.Execute(
            "UPDATE waitlist_entry SET status = 'left', version = version + 1 WHERE id = @Id AND status = 'waiting'",
            row
        );
        if (left == 1)
            await tx.Record(
                now,
                new Change(
                    row.SessionId,
                    "waitlist.left",
                    row.Id,
                    new { status = row.State },
                    new { status = WaitlistStatus.Left, because }
                )
            );
        return left == 1;
    }

    /// <summary>
    /// Gives free seats to those who wait, the first first, each with a deadline of its own. A company that may not
    /// take a seat any more (its vetting has run out) is passed over and told. Nothing is offered once the sale is over:
    /// an offer that nobody can take up helps no one.
    /// </summary>
    public static async Task Promote(Tx tx, Sale sale, Instant now)
    {
        if (sale.Status != SessionStatus.Published || now >= sale.ClosesAt || sale.Admission is Admission.Approval)
            return;
        while (
            await tx.Find<WaitlistRow>(
                $"{WaitlistRow.Select} WHERE session_id = @SessionId AND status = 'waiting' ORDER BY number LIMIT 1",
                new { sale.SessionId }
            )
                is { } first
        )
        {
            var room = await Room.Look(tx, sale.SessionId, first.CompanyId, now);
            if (room.FirstFree is null)
                return;
            if (room.Own > 0 || Admittance.Check(sale, room.Vetting, Zones.Today(now), now) is not null)
            {
                await Leave(tx, first, because: "not_admitted", now);
                await tx.Send(Ended, new Notice(first.Id), now);
                continue;
            }

            var holdUntil = Deadlines.ToChoosePayment(sale, tx.Settings, now);
            if (
                await ReservationTable.Add(tx, sale, first.CompanyId, Hold.Of(holdUntil), room.FirstFree, now)
                is not { } reservation
            )
                return;
            await tx.Execute(
                """
                UPDATE waitlist_entry SET status = 'promoted', reservation_id = @reservationId, version = version + 1
                WHERE id = @Id AND status = 'waiting'
                """,
                new { first.Id, reservationId = reservation.Id }
            );
            await tx.Record(
                now,
                new Change(sale.SessionId, "waitlist.promoted", first.Id, After: new { reservation = reservation.Id })
            );
            await tx.Send(Promoted, new Notice(reservation.Id), now);
        }
    }
}

sealed record WaitlistRow
{
    public string Id { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public long Number { get; init; }
    public string Status { get; init; } = "";
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    public WaitlistStatus State => Words.Parse<WaitlistStatus>(Status);

    public const string Select =
        "SELECT id, session_id, company_id, number, status, created_at, version FROM waitlist_entry";
}
