using ClosedDoor.Domain;

namespace ClosedDoor.Features.BankStatements;

public enum StatementOutcome
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

/// <summary>What an import made of a file, or in a dry run would make.</summary>
/// <param name="Id">Null in a dry run.</param>
/// <param name="Imported">Lines that are new: confirmed, due back and queued.</param>
/// <param name="RefundDue">Lines that were taken for their payments and came too late for a seat.</param>
public sealed record BankStatementView(
    string? Id,
    bool DryRun,
    IReadOnlyList<StatementLineView> Lines,
    int Imported,
    int Confirmed,
    int RefundDue,
    int Queued,
    int Duplicates,
    int Rejected
)
{
    internal static BankStatementView Of(string? id, bool dryRun, IReadOnlyList<StatementLineView> lines)
    {
        int Count(StatementOutcome outcome) => lines.Count(line => line.Outcome == outcome);
        var (confirmed, queued) = (Count(StatementOutcome.Confirmed), Count(StatementOutcome.Queued));
        var late = Count(StatementOutcome.RefundDue);
        return new(
            id,
            dryRun,
            lines,
            confirmed + late + queued,
            confirmed,
            late,
            queued,
            Count(StatementOutcome.Duplicate),
            Count(StatementOutcome.Rejected)
        );
    }
}

/// <summary>One row of the file.</summary>
/// <param name="Row">As a spreadsheet program counts it, from 1.</param>
/// <param name="LineId">The line that the row became, or has been since an earlier import.</param>
/// <param name="PaymentId">The payment that its code names.</param>
/// <param name="Reason">Why it waits, or is not taken.</param>
/// <param name="Message">The reason in words.</param>
public sealed record StatementLineView(
    int Row,
    StatementOutcome Outcome,
    string? LineId,
    string? PaymentId,
    BankLineReason? Reason,
    Text? Message
)
{
    internal static StatementLineView Rejected(StatementRow row) =>
        new(row.Row, StatementOutcome.Rejected, null, null, row.Rejected, row.Problem ?? row.Rejected?.Say());

    /// <summary>
    /// A serial that comes back with another amount, payer or day is no repetition, and is told: some banks count anew
    /// every day.
    /// </summary>
    internal static StatementLineView Duplicate(StatementRow row, BankLineRow? earlier)
    {
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
                StatementOutcome.Rejected,
                earlier!.Id,
                null,
                BankLineReason.SerialDiffers,
                BankLineReason.SerialDiffers.Say()
            )
            : new(row.Row, StatementOutcome.Duplicate, earlier?.Id, null, null, null);
    }

    /// <param name="seated">Whether what was taken has a seat to pay for.</param>
    internal static StatementLineView Of(StatementRow row, BankLineVerdict verdict, string? lineId, bool seated) =>
        new(
            row.Row,
            verdict.Reason is not null ? StatementOutcome.Queued
                : seated ? StatementOutcome.Confirmed
                : StatementOutcome.RefundDue,
            lineId,
            verdict.PaymentId,
            verdict.Reason,
            verdict.Reason?.Say()
        );

    static bool SamePayer(string one, string other) => PayerName.Folded(one) == PayerName.Folded(other);
}
