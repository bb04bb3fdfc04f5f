using ClosedDoor.Domain;

namespace ClosedDoor.Features.Fapiao;

/// <summary>What an import makes of one row of the tax platform's list.</summary>
public enum FapiaoResultOutcome
{
    Issued,

    /// <summary>Recorded with this number, day and amount already.</summary>
    Duplicate,

    /// <summary>Not issued yet: no number stands in the row.</summary>
    Skipped,
    Rejected,
}

/// <summary>One row of the list.</summary>
/// <param name="Row">As a spreadsheet program counts it, from 1.</param>
/// <param name="Message">Why it was rejected; or that what was issued needs a red letter.</param>
public sealed record FapiaoResultView(int Row, FapiaoResultOutcome Outcome, string? FapiaoId, Text? Message);

/// <summary>What an import made of the tax platform's list.</summary>
public sealed record FapiaoResultsView(
    IReadOnlyList<FapiaoResultView> Lines,
    int Issued,
    int Duplicates,
    int Skipped,
    int Rejected
)
{
    internal static FapiaoResultsView Of(IReadOnlyList<FapiaoResultView> lines)
    {
        int Count(FapiaoResultOutcome outcome) => lines.Count(line => line.Outcome == outcome);
        return new(
            lines,
            Issued: Count(FapiaoResultOutcome.Issued),
            Duplicates: Count(FapiaoResultOutcome.Duplicate),
            Skipped: Count(FapiaoResultOutcome.Skipped),
            Rejected: Count(FapiaoResultOutcome.Rejected)
        );
    }
}
