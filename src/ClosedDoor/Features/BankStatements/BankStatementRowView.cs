using ClosedDoor.Domain;

namespace ClosedDoor.Features.BankStatements;

/// <summary>What an import makes of one row of a file.</summary>
public enum BankStatementRowOutcome
{
    /// <summary>Taken for its payment, and the seat is confirmed.</summary>
    Confirmed,

    /// <summary>
    /// Taken for its payment, and too late: the seat is gone and none is free. It goes back, or pays for the next session
    /// if its company asks.
    /// </summary>
    RefundDue,

    /// <summary>New, and waits for a person.</summary>
    Queued,

    /// <summary>Here already; nothing changes.</summary>
    Duplicate,

    /// <summary>No money to take.</summary>
    Rejected,
}

/// <summary>One row of the file.</summary>
/// <param name="Row">As a spreadsheet program counts it, from 1.</param>
/// <param name="LineId">The line that the row became, or has been since an earlier import.</param>
/// <param name="PaymentId">The payment that its code names.</param>
/// <param name="Reason">Why it waits, or is not taken.</param>
/// <param name="Message">The reason in words.</param>
public sealed record BankStatementRowView(
    int Row,
    BankStatementRowOutcome Outcome,
    string? LineId,
    string? PaymentId,
    BankLineReason? Reason,
    Text? Message
)
{
    internal static BankStatementRowView Rejected(BankStatementRow row) =>
        new(row.Row, BankStatementRowOutcome.Rejected, null, null, row.Rejected, row.Problem ?? row.Rejected?.Say());

    /// <summary>
    /// A serial that comes back with another amount, payer or day is no repetition, and is told: some banks count anew
    /// every day.
    /// </summary>
    internal static BankStatementRowView Duplicate(BankStatementRow row, BankLineRow? earlier)
    {
        // Of an earlier row of its own file, a dry run has made no line.
        var lineId = earlier is { Id: not "" } ? earlier.Id : null;
        var differs =
            earlier is not null
            && row.Money is { } money
            && (
                money.Amount != earlier.Amount
                || money.ReceivedOn != earlier.ReceivedOn
                || !SamePayer(money.PayerName, earlier.PayerName)
            );
        return differs
            ? new(
                row.Row,
                BankStatementRowOutcome.Rejected,
                lineId,
                null,
                BankLineReason.SerialDiffers,
                BankLineReason.SerialDiffers.Say()
            )
            : new(row.Row, BankStatementRowOutcome.Duplicate, lineId, null, null, null);
    }

    /// <param name="seated">Whether what was taken has a seat to pay for.</param>
    internal static BankStatementRowView Of(
        BankStatementRow row,
        BankLineVerdict verdict,
        string? lineId,
        bool seated
    ) =>
        new(
            row.Row,
            verdict.Reason is not null ? BankStatementRowOutcome.Queued
                : seated ? BankStatementRowOutcome.Confirmed
                : BankStatementRowOutcome.RefundDue,
            lineId,
            verdict.PaymentId,
            verdict.Reason,
            verdict.Reason?.Say()
        );

    static bool SamePayer(string one, string other) => PayerName.Folded(one) == PayerName.Folded(other);
}
