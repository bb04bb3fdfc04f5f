using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Payments.Ledger;

/// <summary>What a posting is about, for the statements that are drawn from the ledger. All null for money in suspense.</summary>
sealed record LedgerScope(string? SessionId, string? CompanyId, string? PaymentId)
{
    public static readonly LedgerScope Nobody = new(null, null, null);

    public static LedgerScope Of(PaymentRow payment) => new(payment.SessionId, payment.CompanyId, payment.Id);
}

/// <summary>
/// The one writer of the ledger. It appends, and takes only a <see cref="Posting"/>, whose entries balance by their form;
/// every money event posts in its own transaction.
/// </summary>
static class LedgerTable
{
    /// <param name="subject">What it is posted for: a receipt, a refund, a dispute, a statement's line, a movement in the provider's books.</param>
    /// <param name="again">
    /// False: posted once per kind and subject, and a second time is a bug that the schema stops. True: for what may
    /// happen to the same thing again, such as the charge of a seat that was lost and found.
    /// </param>
    public static async Task Post(
        Tx tx,
        Posting posting,
        string subject,
        LedgerScope scope,
        string currency,
        Instant now,
        bool again = false
    )
    {
        var kind = posting.Kind.Word();
        var number = again
            ? await tx.Get<long>(
                "SELECT COALESCE(MAX(number), 0) FROM ledger WHERE kind = @kind AND subject = @subject",
                new { kind, subject }
            )
            : 0;
        foreach (var entry in posting.Entries)
        {
            number++;
            await tx.Execute(
                """
                INSERT INTO ledger (id, kind, subject, number, debit, credit, amount, currency, session_id, company_id,
                    payment_id, actor, at)
                VALUES (@id, @kind, @subject, @number, @debit, @credit, @Amount, @currency, @SessionId, @CompanyId,
                    @PaymentId, @actor, @now)
                """,
                new
                {
                    id = TypeId.New("led", now),
                    kind,
                    subject,
                    number,
                    debit = entry.Debit.Word(),
                    credit = entry.Credit.Word(),
                    entry.Amount,
                    currency,
                    scope.SessionId,
                    scope.CompanyId,
                    scope.PaymentId,
                    actor = tx.Actor,
                    now,
                }
            );
        }
    }

    /// <summary>What was posted for a thing.</summary>
    public static async Task<IReadOnlyList<Entry>> Posted(Statements read, LedgerKind kind, string subject) =>
        [
            .. (
                await read.All<EntryRow>(
                    "SELECT debit, credit, amount FROM ledger WHERE kind = @kind AND subject = @subject ORDER BY number",
                    new { kind = kind.Word(), subject }
                )
            ).Select(row => new Entry(
                Words.Parse<LedgerAccount>(row.Debit),
                Words.Parse<LedgerAccount>(row.Credit),
                row.Amount
            )),
        ];

    sealed record EntryRow
    {
        public string Debit { get; init; } = "";
        public string Credit { get; init; } = "";
        public long Amount { get; init; }
    }

    /// <summary>What this payment's company has paid beyond what it owes for it; 0 when it owes.</summary>
    public static async Task<long> PaidBeyond(Statements read, string paymentId) =>
        Math.Max(0, -await Receivable(read, paymentId));

    /// <summary>What this payment's company still owes for it; 0 when it has paid.</summary>
    public static async Task<long> Owed(Statements read, string paymentId) =>
        Math.Max(0, await Receivable(read, paymentId));

    /// <summary>What its receivable stands at; below zero where it has paid beyond.</summary>
    public static Task<long> Receivable(Statements read, string paymentId) =>
        read.Get<long>(
            $"SELECT {LedgerSum.Balance(LedgerAccount.Receivable)} FROM ledger WHERE payment_id = @paymentId",
            new { paymentId }
        );
}
