using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Payments.Ledger;

/// <summary>
/// Holds the ledger against itself and against what it was posted for. Every night among the invariants, and as a detail of
/// readiness: books that do not balance are finance's to mend, and no reason to stop serving.
/// </summary>
public static class CheckLedger
{
    /// <summary>What should be zero, each by its name. Debits equal credits in each row, by its form.</summary>
    static readonly string Balance = $"""
        SELECT
            (SELECT {LedgerSum.Posted(LedgerKind.Receipt)} FROM ledger)
                - (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM receipt) AS receipts,
            (SELECT {LedgerSum.Posted(LedgerKind.Refund, LedgerKind.RefundWithdrawn)} FROM ledger)
                - (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE {RefundStates.Live}) AS refunds,
            (SELECT {LedgerSum.Posted(LedgerKind.Payout, LedgerKind.PayoutReturned)} FROM ledger)
                - (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE {RefundStates.GoneBack}) AS payouts,
            (SELECT {LedgerSum.Balance(LedgerAccount.Disputed)} FROM ledger)
                - (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM dispute WHERE status = 'disputed') AS disputes,
            -(SELECT {LedgerSum.Balance(LedgerAccount.Suspense)} FROM ledger)
                - (SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM bank_line WHERE status IN ('queued', 'suspense', 'returning')) AS suspense,
            (SELECT COUNT(*) FROM payment WHERE {PaymentStates.Settled} AND 0 <> {LedgerSum.Receivable}) AS settled_and_owing
        """;

    /// <summary>The same as an invariant's query: the names alone, without what each payment owes, which has its own.</summary>
    internal static readonly string Unbalanced = $"""
        SELECT sum.name AS id FROM ({Balance}) AS book JOIN
            (SELECT 'receipts' AS name UNION ALL SELECT 'refunds' UNION ALL SELECT 'payouts' UNION ALL SELECT 'disputes'
                UNION ALL SELECT 'suspense') AS sum
            ON 0 <> CASE sum.name WHEN 'receipts' THEN book.receipts WHEN 'refunds' THEN book.refunds
                WHEN 'payouts' THEN book.payouts WHEN 'disputes' THEN book.disputes ELSE book.suspense END
        """;

    /// <summary>Which of the books' sums do not agree, with the difference in fen; empty when all is well.</summary>
    public static async Task<IReadOnlyList<string>> Faults(Statements read)
    {
        var sums = await read.Get<Sums>(Balance);
        return
        [
            .. new (string Name, long Difference)[]
            {
                ("receipts", sums.Receipts),
                ("refunds", sums.Refunds),
                ("payouts", sums.Payouts),
                ("disputes", sums.Disputes),
                ("suspense", sums.Suspense),
                ("settled_and_owing", sums.SettledAndOwing),
            }
                .Where(sum => sum.Difference != 0)
                .Select(sum => $"{sum.Name}: {sum.Difference}"),
        ];
    }

    sealed record Sums
    {
        public long Receipts { get; init; }
        public long Refunds { get; init; }
        public long Payouts { get; init; }
        public long Disputes { get; init; }
        public long Suspense { get; init; }
        public long SettledAndOwing { get; init; }
    }
}
