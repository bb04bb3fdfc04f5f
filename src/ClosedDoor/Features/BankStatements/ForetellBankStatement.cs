using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>What an import would make of a file, as things stand. Nothing is changed, and nothing locked.</summary>
static class ForetellBankStatement
{
    public static async Task<BankStatementView> Look(
        Statements read,
        List<BankStatementRow> rows,
        string account,
        Instant now
    )
    {
        var lines = new List<BankStatementRowView>();
        var seen = new Dictionary<string, BankLineRow>(StringComparer.Ordinal);
        var paid = new HashSet<string>(StringComparer.Ordinal);
        var seated = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (row.Money is not { } money)
            {
                lines.Add(BankStatementRowView.Rejected(row));
                continue;
            }
            var earlier =
                await ImportBankStatement.Earlier(read, account, money) ?? seen.GetValueOrDefault(money.Serial);
            if (earlier is not null)
            {
                lines.Add(BankStatementRowView.Duplicate(row, earlier));
                continue;
            }
            seen[money.Serial] = new()
            {
                Amount = money.Amount,
                ReceivedOn = money.ReceivedOn,
                PayerName = money.PayerName,
            };
            var verdict = await LineMatch.Verdict(read, account, money);
            // Of two rows for one payment, the first would pay it.
            if (verdict is { Reason: null, PaymentId: { } payment } && !paid.Add(payment))
                verdict = verdict with { Reason = BankLineReason.AlreadyPaid };
            var hasSeat = verdict.Reason is null && await HasSeat(read, verdict.PaymentId!, seated, now);
            lines.Add(BankStatementRowView.Of(row, verdict, null, hasSeat));
        }
        return BankStatementView.Of(null, true, lines);
    }

    /// <summary>Whether money for this payment would still find a seat: its own, or a free one once those who wait have theirs.</summary>
    /// <param name="seated">How many late rows of this file have found one before, by session.</param>
    static async Task<bool> HasSeat(Statements read, string paymentId, Dictionary<string, long> seated, Instant now)
    {
        var late = await read.Find<Late>(
            $"""
            SELECT payment.session_id, payment.company_id,
                (SELECT COUNT(*) FROM seat WHERE seat.session_id = payment.session_id AND seat.reservation_id IS NULL) AS free
            FROM payment WHERE payment.id = @paymentId AND payment.status = 'expired'
            """,
            new { paymentId }
        );
        if (late is null)
            return true;
        var room = await Room.Look(read, late.SessionId, late.CompanyId, now);
        if (
            room.Own > room.OwnLapsed
            || await SessionTable.Look(read, late.SessionId) is not { } sale
            || Admittance.CheckLate(sale, room.Vetting, Zones.Today(now), now) is not null
            || late.Free + room.Lapsed - room.Waiting <= seated.GetValueOrDefault(late.SessionId)
        )
            return false;
        seated[late.SessionId] = seated.GetValueOrDefault(late.SessionId) + 1;
        return true;
    }

    sealed record Late
    {
        public string SessionId { get; init; } = "";
        public string CompanyId { get; init; } = "";
        public long Free { get; init; }
    }
}
