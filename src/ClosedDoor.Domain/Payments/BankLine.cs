namespace ClosedDoor.Domain;

/// <summary>What became of money that a bank statement tells of.</summary>
public enum BankLineStatus
{
    /// <summary>Code, amount and payer fit: taken for its payment at once, or recorded by hand.</summary>
    Confirmed,

    /// <summary>Waits for a person.</summary>
    Queued,

    /// <summary>Looked at and kept apart: whose it is will show.</summary>
    Suspense,

    /// <summary>A person has said for which payments it is.</summary>
    Matched,

    /// <summary>To be paid back to the account that it came from.</summary>
    Returning,
    Returned,
}

/// <summary>Why a line of a bank statement was not taken for a payment at once.</summary>
public enum BankLineReason
{
    // Of money that waits for a person.
    NoCode,
    UnknownCode,
    TypoInCode,
    SeveralMatches,
    OtherPayer,
    Underpaid,
    Overpaid,
    AlreadyPaid,
    NotAwaited,
    PossibleDuplicate,

    /// <summary>Its day is before the day on which its payment was asked for: nobody knew the code then.</summary>
    BeforeRequest,

    // Of lines that are no money to take.
    ZeroAmount,
    NegativeAmount,
    AmountUnreadable,
    DateUnreadable,
    DateInFuture,
    NotIncome,
    OtherAccount,
    OtherCurrency,
    SerialDiffers,
    DigitsLost,
    RowUnreadable,
    TextTooLong,
}

/// <summary>A payment as a line of a bank statement is held against it.</summary>
/// <param name="Missing">Fen that are still to come.</param>
public sealed record AwaitedPayment(
    string PaymentId,
    string CompanyName,
    PaymentStatus Status,
    bool ByTransfer,
    long Missing
);

/// <summary>What a line of a bank statement is to be: taken for the payment, or queued for the reason.</summary>
public sealed record BankLineVerdict(string? PaymentId, BankLineReason? Reason)
{
    /// <summary>
    /// Money is taken for a payment by itself only where one code, the very amount that is missing, and the name of the
    /// company fit together. Everything else is a person's to decide.
    /// </summary>
    /// <param name="amount">Fen, above zero.</param>
    /// <param name="payer">The payer's name as the bank prints it.</param>
    /// <param name="codes">How many different codes with a right check symbol the remark holds.</param>
    /// <param name="payments">The payments under these codes.</param>
    /// <param name="nearly">Whether the remark holds some awaited payment's code with a typing error.</param>
    public static BankLineVerdict Of(
        long amount,
        string payer,
        int codes,
        IReadOnlyList<AwaitedPayment> payments,
        bool nearly
    )
    {
        if (codes > 1 && payments.Count > 0 || payments.Count > 1)
            return new(null, BankLineReason.SeveralMatches);
        if (payments.Count == 0)
            return new(
                null,
                nearly ? BankLineReason.TypoInCode
                    : codes > 0 ? BankLineReason.UnknownCode
                    : BankLineReason.NoCode
            );

        var payment = payments[0];
        if (!PayerName.Same(payer, payment.CompanyName))
            return new(payment.PaymentId, BankLineReason.OtherPayer);
        return payment switch
        {
            {
                ByTransfer: true,
                Status: PaymentStatus.AwaitingTransfer or PaymentStatus.Underpaid or PaymentStatus.Expired
            } => amount == payment.Missing
                ? new(payment.PaymentId, null)
                : new(payment.PaymentId, amount < payment.Missing ? BankLineReason.Underpaid : BankLineReason.Overpaid),
            { Status: PaymentStatus.Confirmed or PaymentStatus.Overpaid } => new(
                payment.PaymentId,
                BankLineReason.AlreadyPaid
            ),
            _ => new(payment.PaymentId, BankLineReason.NotAwaited),
        };
    }
}
