using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Money that came in on our account, as it is kept.</summary>
sealed record BankLineRow
{
    public string Id { get; init; } = "";
    public string? StatementId { get; init; }
    public long? RowNumber { get; init; }
    public string Account { get; init; } = "";

    /// <summary>The bank's, or ours where it gave none: <see cref="IncomingMoney.IsBanks"/>.</summary>
    public string Serial { get; init; } = "";
    public LocalDate ReceivedOn { get; init; }

    /// <summary>Fen, above zero.</summary>
    public long Amount { get; init; }
    public string Currency { get; init; } = "";
    public string PayerName { get; init; } = "";
    public string? PayerAccount { get; init; }
    public string Remark { get; init; } = "";
    public string Status { get; init; } = "";
    public string? Reason { get; init; }
    public string? Note { get; init; }
    public string? ReturnSerial { get; init; }
    public LocalDate? ReturnedOn { get; init; }
    public Instant CreatedAt { get; init; }
    public string? ResolvedBy { get; init; }
    public Instant? ResolvedAt { get; init; }

    /// <summary>The second person who agreed to its return.</summary>
    public string? ApprovedBy { get; init; }
    public long Version { get; init; }

    public BankLineStatus State => Words.Parse<BankLineStatus>(Status);

    /// <summary>Nobody knows yet whose it is: it is in suspense, and everything about it can still be decided.</summary>
    public bool IsUnplaced => State is BankLineStatus.Queued or BankLineStatus.Suspense or BankLineStatus.Returning;

    /// <summary>As a receipt has it, whole or in part.</summary>
    /// <param name="serial">The line's own; with the part's number where it is split, for a receipt is one payment's.</param>
    /// <param name="amount">Fen of it.</param>
    public MoneyReceived ToReceived(string serial, long amount) =>
        new(PaymentMethod.BankTransfer, Account, serial, amount, PayerName, PayerAccount, ReceivedOn);
}
