using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;

namespace ClosedDoor.Features.AccountStatements;

/// <summary>
/// One payment's part of an account statement (对账单), drawn from the ledger, in fen. What a statement shows, as JSON or as
/// a file, is one of these figures or their sum over several payments; how they follow from each other stands here alone.
/// </summary>
sealed record AccountStatementRow
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

    /// <summary>The price, where the seat was not lost before it was paid for.</summary>
    public long Charged { get; init; }

    /// <summary>Of that, what was not promised back.</summary>
    public long Sales { get; init; }

    /// <summary>All that has come in, with and without a seat.</summary>
    public long Received { get; init; }

    /// <summary>All that goes back, sent or not.</summary>
    public long Refunds { get; init; }
    public long RefundsPaid { get; init; }

    /// <summary>What the buyer's bank has taken back: contested now, or lost.</summary>
    public long TakenBack { get; init; }
    public long Receivable { get; init; }
    public long Fees { get; init; }
    public long WrittenOff { get; init; }

    public long Owed => Math.Max(0, Receivable);

    public long RefundsOpen => Refunds - RefundsPaid;

    /// <summary>What of the price goes back. Money that never had a seat was never sold for.</summary>
    public long SalesRefunded => Charged - Sales;

    /// <summary>What the seat brings in the end, when all that is owed has been paid.</summary>
    public long Net => Sales - Fees - WrittenOff;

    /// <summary>What of the money is on our accounts now.</summary>
    public long Cash => Received - RefundsPaid - TakenBack - Fees;

    public AccountStatementLine ToLine()
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
            Charged: Of(Charged),
            Received: Of(Received),
            RefundsPaid: Of(RefundsPaid),
            RefundsOpen: Of(RefundsOpen),
            TakenBack: Of(TakenBack),
            Owed: Of(Owed),
            Fees: Of(Fees),
            WrittenOff: Of(WrittenOff),
            Net: Of(Net),
            Cash: Of(Cash)
        );
    }

    public static Task<List<AccountStatementRow>> OfSession(Statements read, string sessionId) =>
        All(read, "payment.session_id = @id", sessionId);

    public static Task<List<AccountStatementRow>> OfCompany(Statements read, string companyId) =>
        All(read, "payment.company_id = @id", companyId);

    static Task<List<AccountStatementRow>> All(Statements read, string where, string id) =>
        read.All<AccountStatementRow>(
            $"""
            SELECT payment.id AS payment_id, payment.reservation_id, payment.session_id, session.title AS session_title,
                payment.company_id, company.name AS company_name, payment.reference, payment.status, payment.currency,
                {LedgerSum.Posted(LedgerKind.Charge, LedgerKind.ChargeReversed)} AS charged,
                -{LedgerSum.Balance(LedgerAccount.Sales)} AS sales,
                {LedgerSum.Posted(LedgerKind.Receipt)} AS received,
                {LedgerSum.Posted(LedgerKind.Refund, LedgerKind.RefundWithdrawn)} AS refunds,
                {LedgerSum.Posted(LedgerKind.Payout, LedgerKind.PayoutReturned)} AS refunds_paid,
                {LedgerSum.Posted(LedgerKind.Dispute, LedgerKind.DisputeWon)} AS taken_back,
                {LedgerSum.Balance(LedgerAccount.Receivable)} AS receivable,
                {LedgerSum.Balance(LedgerAccount.Fees)} AS fees,
                {LedgerSum.Balance(LedgerAccount.WrittenOff)} AS written_off
            FROM payment JOIN session ON session.id = payment.session_id JOIN company ON company.id = payment.company_id
                LEFT JOIN ledger ON ledger.payment_id = payment.id
            WHERE {where}
            GROUP BY payment.id, payment.reservation_id, payment.session_id, session.title, payment.company_id, company.name,
                payment.reference, payment.status, payment.currency, payment.created_at
            ORDER BY payment.created_at, payment.id
            """,
            new { id }
        );
}
