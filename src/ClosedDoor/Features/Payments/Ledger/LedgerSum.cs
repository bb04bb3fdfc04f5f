using ClosedDoor.Domain;

namespace ClosedDoor.Features.Payments.Ledger;

/// <summary>Sums over rows of <c>ledger</c>, as SQL: what an account stands at, and what was posted of a kind, in fen.</summary>
static class LedgerSum
{
    /// <summary>Debits less credits of the account: below zero where more was credited.</summary>
    public static string Balance(LedgerAccount account) =>
        Sum($"ledger.debit = '{account.Word()}'", $"ledger.credit = '{account.Word()}'");

    /// <summary>What was posted of one kind, less what of the kind that takes it back.</summary>
    public static string Posted(LedgerKind kind, LedgerKind? takenBack = null) =>
        Sum($"ledger.kind = '{kind.Word()}'", takenBack is { } less ? $"ledger.kind = '{less.Word()}'" : null);

    /// <summary>What the company of a row of <c>payment</c> owes for it; below zero, what it has paid beyond that.</summary>
    public static readonly string Receivable =
        $"(SELECT {Balance(LedgerAccount.Receivable)} FROM ledger WHERE ledger.payment_id = payment.id)";

    static string Sum(string added, string? taken) =>
        $"CAST(COALESCE(SUM(CASE WHEN {added} THEN ledger.amount"
        + (taken is null ? "" : $" WHEN {taken} THEN -ledger.amount")
        + " ELSE 0 END), 0) AS BIGINT)";
}
