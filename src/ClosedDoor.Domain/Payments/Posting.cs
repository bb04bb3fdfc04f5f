namespace ClosedDoor.Domain;

/// <summary>The accounts of the ledger. A debit raises what is had or spent, a credit what is owed or earned.</summary>
public enum LedgerAccount
{
    /// <summary>应收: what companies owe for seats; below zero, what they have paid beyond that.</summary>
    Receivable,
    Bank,
    Stripe,
    Sales,

    /// <summary>What the provider keeps.</summary>
    Fees,

    /// <summary>应付退款: promised back and not sent yet.</summary>
    RefundsPayable,

    /// <summary>Money on our account of which nobody knows yet what it is for.</summary>
    Suspense,

    /// <summary>What the provider has taken back until a dispute is decided.</summary>
    Disputed,
    WrittenOff,
}

public enum LedgerKind
{
    Charge,
    ChargeReversed,
    Receipt,
    Fee,
    Refund,
    RefundWithdrawn,
    Payout,
    PayoutReturned,
    Suspense,
    SuspenseMatched,
    SuspenseReturned,
    WriteOff,
    Recovery,
    Dispute,
    DisputeWon,
    DisputeLost,
}

/// <summary>An amount in fen moves from the account that is credited to the one that is debited: balanced as it is.</summary>
public sealed record Entry(LedgerAccount Debit, LedgerAccount Credit, long Amount);

/// <summary>What a money event does to the books: entries that balance, because there is no other kind.</summary>
public sealed record Posting(LedgerKind Kind, IReadOnlyList<Entry> Entries)
{
    /// <summary>A seat is asked for and its price owed.</summary>
    public static Posting Charge(long amount) =>
        One(LedgerKind.Charge, LedgerAccount.Receivable, LedgerAccount.Sales, amount);

    /// <summary>The seat went before it was paid for, or a debt for it is no longer owed now that it has gone.</summary>
    public static Posting ChargeReversed(long amount) =>
        One(LedgerKind.ChargeReversed, LedgerAccount.Sales, LedgerAccount.Receivable, amount);

    public static Posting Receipt(PaymentMethod method, long amount) =>
        One(LedgerKind.Receipt, Cash(method), LedgerAccount.Receivable, amount);

    /// <summary>What the provider keeps, of a payment or for a dispute; below zero, what it gives back of that.</summary>
    public static Posting Fee(long amount) =>
        amount < 0
            ? One(LedgerKind.Fee, LedgerAccount.Stripe, LedgerAccount.Fees, -amount)
            : One(LedgerKind.Fee, LedgerAccount.Fees, LedgerAccount.Stripe, amount);

    /// <summary>
    /// Money is promised back: first what the company has paid beyond what it owes, the rest out of what it was sold.
    /// </summary>
    /// <param name="amount">Of the refund.</param>
    /// <param name="paidBeyond">How much of it was paid beyond what is owed, in fen; more than there is counts as all.</param>
    public static Posting Refund(long amount, long paidBeyond)
    {
        var fromReceivable = Math.Clamp(paidBeyond, 0, amount);
        return new(
            LedgerKind.Refund,
            [
                .. Some(LedgerAccount.Receivable, LedgerAccount.RefundsPayable, fromReceivable),
                .. Some(LedgerAccount.Sales, LedgerAccount.RefundsPayable, amount - fromReceivable),
            ]
        );
    }

    /// <summary>The promise is taken back: each of its entries goes the other way.</summary>
    public static Posting RefundWithdrawn(IEnumerable<Entry> promise) =>
        new(
            LedgerKind.RefundWithdrawn,
            [.. promise.Select(entry => new Entry(entry.Credit, entry.Debit, entry.Amount))]
        );

    public static Posting Payout(PaymentMethod method, long amount) =>
        One(LedgerKind.Payout, LedgerAccount.RefundsPayable, Cash(method), amount);

    public static Posting PayoutReturned(PaymentMethod method, long amount) =>
        One(LedgerKind.PayoutReturned, Cash(method), LedgerAccount.RefundsPayable, amount);

    /// <summary>Money on the bank statement that nobody can place yet.</summary>
    public static Posting Suspense(long amount) =>
        One(LedgerKind.Suspense, LedgerAccount.Bank, LedgerAccount.Suspense, amount);

    /// <summary>
    /// It is placed now: it leaves suspense, and is booked as received with its payment. Bank stands as before.
    /// </summary>
    public static Posting SuspenseMatched(long amount) =>
        One(LedgerKind.SuspenseMatched, LedgerAccount.Suspense, LedgerAccount.Bank, amount);

    /// <summary>It went back to whoever sent it.</summary>
    public static Posting SuspenseReturned(long amount) =>
        One(LedgerKind.SuspenseReturned, LedgerAccount.Suspense, LedgerAccount.Bank, amount);

    /// <summary>What a company owes is given up.</summary>
    public static Posting WriteOff(long amount) =>
        One(LedgerKind.WriteOff, LedgerAccount.WrittenOff, LedgerAccount.Receivable, amount);

    /// <summary>What was given up is here after all, or no longer owed.</summary>
    public static Posting Recovery(long amount) =>
        One(LedgerKind.Recovery, LedgerAccount.Receivable, LedgerAccount.WrittenOff, amount);

    public static Posting Dispute(long amount) =>
        One(LedgerKind.Dispute, LedgerAccount.Disputed, LedgerAccount.Stripe, amount);

    public static Posting DisputeWon(long amount) =>
        One(LedgerKind.DisputeWon, LedgerAccount.Stripe, LedgerAccount.Disputed, amount);

    /// <summary>The bank has given back what it had taken for good: nobody owes it any more.</summary>
    public static Posting Reinstated(long amount) =>
        One(LedgerKind.DisputeWon, LedgerAccount.Stripe, LedgerAccount.Receivable, amount);

    /// <summary>The money is gone, and the company owes it again.</summary>
    public static Posting DisputeLost(long amount) =>
        One(LedgerKind.DisputeLost, LedgerAccount.Receivable, LedgerAccount.Disputed, amount);

    static LedgerAccount Cash(PaymentMethod method) =>
        method is PaymentMethod.Stripe ? LedgerAccount.Stripe : LedgerAccount.Bank;

    static Posting One(LedgerKind kind, LedgerAccount debit, LedgerAccount credit, long amount) =>
        new(kind, [.. Some(debit, credit, amount)]);

    static IEnumerable<Entry> Some(LedgerAccount debit, LedgerAccount credit, long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        return amount == 0 ? [] : [new Entry(debit, credit, amount)];
    }
}
