using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// What must be true of the money of each seat that is gone, told from what people and banks did and not from what the
/// service makes of it: what came in, less what the policy keeps and with what was given, has left or is promised.
/// </summary>
static class EndedSeats
{
    public static async Task<IEnumerable<string>> Faults(Statements read, string sessionId) =>
        (
            await read.All<Ended>(
                """
                SELECT payment.id, payment.status, payment.amount AS price, payment.refund_percent AS percent, payment.refund_fee AS fee,
                    CAST((SELECT COALESCE(SUM(amount), 0) FROM receipt WHERE payment_id = payment.id) AS BIGINT) AS received,
                    CAST((SELECT COALESCE(SUM(amount), 0) FROM dispute WHERE payment_id = payment.id AND status = 'charged_back')
                        - (SELECT COALESCE(SUM(ledger.amount), 0) FROM ledger JOIN dispute ON dispute.id = ledger.subject
                            WHERE dispute.payment_id = payment.id AND dispute.status = 'charged_back'
                                AND ledger.kind = 'dispute_won') AS BIGINT) AS lost,
                    CAST((SELECT COALESCE(SUM(amount), 0) FROM dispute WHERE payment_id = payment.id AND status = 'disputed') AS BIGINT) AS contested,
                    CAST((SELECT COALESCE(SUM(amount), 0) FROM refund WHERE payment_id = payment.id AND status <> 'withdrawn') AS BIGINT) AS refunds,
                    CAST((SELECT COALESCE(SUM(amount), 0) FROM refund WHERE payment_id = payment.id AND status <> 'withdrawn'
                        AND because = 'external') AS BIGINT) AS outside,
                    CAST((SELECT COALESCE(SUM(out_of_price), 0) FROM refund WHERE payment_id = payment.id AND status <> 'withdrawn') AS BIGINT) AS out_of_price,
                    CAST((SELECT COALESCE(SUM(given), 0) FROM refund WHERE payment_id = payment.id AND status <> 'withdrawn') AS BIGINT) AS given,
                    CAST((SELECT COALESCE(SUM(CASE kind WHEN 'write_off' THEN amount WHEN 'recovery' THEN -amount ELSE 0 END), 0)
                        FROM ledger WHERE payment_id = payment.id) AS BIGINT) AS written_off,
                    CAST((SELECT COALESCE(SUM(CASE WHEN debit = 'receivable' THEN amount WHEN credit = 'receivable' THEN -amount ELSE 0 END), 0)
                        FROM ledger WHERE payment_id = payment.id) AS BIGINT) AS receivable
                FROM payment WHERE payment.session_id = @sessionId AND payment.refund_percent IS NOT NULL
                """,
                new { sessionId }
            )
        ).SelectMany(Faults);

    static IEnumerable<string> Faults(Ended of)
    {
        var paid = Math.Max(0, of.Price - of.OutOfPrice);
        var back = Math.Max(0, (paid * of.Percent + 99) / 100 - of.Fee);
        var due = of.Received - Math.Max(0, paid - back - of.Given);
        var gone = of.Lost + of.Refunds;
        if (of.Status != "disputed" && gone + of.Contested < due)
            yield return $"of {of.Id}, {due} is due back and {gone} goes";
        if (gone > due && of is { Lost: 0, Outside: 0 })
            yield return $"of {of.Id}, {due} is due back and {gone} goes, though no bank and no dashboard has done that";
        var owed = Math.Max(0, Math.Min(gone - due, of.Lost) - of.WrittenOff);
        if (of.Contested == 0 && of.Receivable != owed)
            yield return $"for {of.Id}, {of.Receivable} stands as owed, and should {owed}";
        if (of.WrittenOff > Math.Max(0, Math.Min(gone - due, of.Lost)) && of.Contested == 0)
            yield return $"for {of.Id}, {of.WrittenOff} is written off, and more than a bank has taken";
        if (of.Contested == 0 && owed > 0 && of.Status is not ("charged_back" or "refund_due"))
            yield return $"for {of.Id}, {owed} is owed, and it is {of.Status}";
    }

    sealed record Ended
    {
        public string Id { get; init; } = "";
        public string Status { get; init; } = "";
        public long Price { get; init; }
        public long Percent { get; init; }
        public long Fee { get; init; }
        public long Received { get; init; }
        public long Lost { get; init; }
        public long Contested { get; init; }
        public long Refunds { get; init; }
        public long Outside { get; init; }
        public long OutOfPrice { get; init; }
        public long Given { get; init; }
        public long WrittenOff { get; init; }
        public long Receivable { get; init; }
    }
}
