namespace ClosedDoor.Features.BankStatements;

/// <summary>What an import made of a file, or in a dry run would make.</summary>
/// <param name="Id">Null in a dry run, and of a file without a line, which is no statement.</param>
/// <param name="Imported">Lines that are new: confirmed, due back and queued.</param>
/// <param name="RefundDue">Lines that were taken for their payments and came too late for a seat.</param>
public sealed record BankStatementView(
    string? Id,
    bool DryRun,
    IReadOnlyList<BankStatementRowView> Lines,
    int Imported,
    int Confirmed,
    int RefundDue,
    int Queued,
    int Duplicates,
    int Rejected
)
{
    internal static BankStatementView Of(string? id, bool dryRun, IReadOnlyList<BankStatementRowView> lines)
    {
        int Count(BankStatementRowOutcome outcome) => lines.Count(line => line.Outcome == outcome);
        var (confirmed, queued) = (Count(BankStatementRowOutcome.Confirmed), Count(BankStatementRowOutcome.Queued));
        var late = Count(BankStatementRowOutcome.RefundDue);
        return new(
            id,
            dryRun,
            lines,
            confirmed + late + queued,
            confirmed,
            late,
            queued,
            Count(BankStatementRowOutcome.Duplicate),
            Count(BankStatementRowOutcome.Rejected)
        );
    }
}
