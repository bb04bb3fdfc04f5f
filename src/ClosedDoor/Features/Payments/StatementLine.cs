using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;

namespace ClosedDoor.Features.Payments;

/// <summary>One payment's part of a statement, drawn from the ledger.</summary>
/// <param name="Charged">The price, where the seat was not lost before it was paid for.</param>
/// <param name="Received">What has come in.</param>
/// <param name="Refunds">What goes back, sent or not.</param>
/// <param name="RefundsPaid">Of that, what has left.</param>
/// <param name="Owed">What the company still owes.</param>
/// <param name="Fees">What the provider has kept.</param>
public sealed record StatementLine(
    string PaymentId,
    string ReservationId,
    string SessionId,
    string SessionTitle,
    string CompanyId,
    string CompanyName,
    string Reference,
    PaymentStatus Status,
    MoneyView Charged,
    MoneyView Received,
    MoneyView Refunds,
    MoneyView RefundsPaid,
    MoneyView Owed,
    MoneyView Fees
);

/// <summary>What a payment's postings come to, in fen.</summary>
sealed record StatementRow
{
    public string PaymentId { get; init; } = "";
    public string ReservationId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string SessionTitle { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string CompanyName { get; init; } = "";
    public string Reference { get; init; } = "";
    public string Status { get; init; } = "";
    public string Currency { get; init; } = "";
    public long Charged { get; init; }
    public long Received { get; init; }
    public long Refunds { get; init; }
    public long RefundsPaid { get; init; }
    public long Receivable { get; init; }
    public long Fees { get; init; }
    public long WrittenOff { get; init; }
    public long Sales { get; init; }

    public long Owed => Math.Max(0, Receivable);

    public StatementLine ToLine()
    {
        MoneyView Of(long amount) => new(amount, Currency);
        return new(
            PaymentId,
            ReservationId,
            SessionId,
            SessionTitle,
            CompanyId,
            CompanyName,
            Reference,
            Words.Parse<PaymentStatus>(Status),
            Of(Charged),
            Of(Received),
            Of(Refunds),
            Of(RefundsPaid),
            Of(Owed),
            Of(Fees)
        );
    }

    /// <param name="where">A condition on <c>payment</c>.</param>
    /// <param name="args">What it names.</param>
    public static Task<List<StatementRow>> All(Statements read, string where, object args) =>
        read.All<StatementRow>(
            $"""
            SELECT payment.id AS payment_id, payment.reservation_id, payment.session_id, session.title AS session_title,
                payment.company_id, company.name AS company_name, payment.reference, payment.status, payment.currency,
                {Sum("kind", "charge", "charge_reversed")} AS charged,
                {Sum("kind", "receipt", null)} AS received,
                {Sum("kind", "refund", "refund_withdrawn")} AS refunds,
                {Sum("kind", "payout", "payout_returned")} AS refunds_paid,
                {Balance("receivable")} AS receivable,
                {Balance("fees")} AS fees,
                {Balance("written_off")} AS written_off,
                -{Balance("sales")} AS sales
            FROM payment JOIN session ON session.id = payment.session_id JOIN company ON company.id = payment.company_id
                LEFT JOIN ledger ON ledger.payment_id = payment.id
            WHERE {where}
            GROUP BY payment.id, payment.reservation_id, payment.session_id, session.title, payment.company_id, company.name,
                payment.reference, payment.status, payment.currency, payment.created_at
            ORDER BY payment.created_at, payment.id
            """,
            args
        );

    static string Sum(string column, string more, string? less) =>
        $"CAST(COALESCE(SUM(CASE WHEN ledger.{column} = '{more}' THEN ledger.amount"
        + (less is null ? "" : $" WHEN ledger.{column} = '{less}' THEN -ledger.amount")
        + " ELSE 0 END), 0) AS BIGINT)";

    static string Balance(string account) =>
        $"CAST(COALESCE(SUM(CASE WHEN ledger.debit = '{account}' THEN ledger.amount WHEN ledger.credit = '{account}' THEN -ledger.amount ELSE 0 END), 0) AS BIGINT)";
}
