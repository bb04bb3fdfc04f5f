using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>Money that came in on our account, and what became of it.</summary>
/// <param name="BankSerial">Null where the bank gave none.</param>
/// <param name="Reason">Why it was not taken at once.</param>
/// <param name="ApprovedBy">The second person who agreed to its return, where its amount needs one.</param>
/// <param name="Payments">For which payments it was taken.</param>
/// <param name="Candidates">Payments that it may be for, while it waits. Only where a single line is shown.</param>
public sealed record BankLineView(
    string Id,
    string? StatementId,
    long? Row,
    BankLineStatus Status,
    BankLineReason? Reason,
    Text? Message,
    LocalDate ReceivedOn,
    MoneyView Amount,
    string PayerName,
    string? PayerAccount,
    string Remark,
    string? BankSerial,
    IReadOnlyList<BankLinePartView> Payments,
    IReadOnlyList<CandidateView> Candidates,
    string? Note,
    string? ReturnSerial,
    LocalDate? ReturnedOn,
    Instant CreatedAt,
    string? ResolvedBy,
    Instant? ResolvedAt,
    string? ApprovedBy,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag =>
        $"{Version}.{string.Join('-', Candidates.Select(candidate => $"{candidate.PaymentId}{candidate.Missing.Amount}"))}";

    /// <summary>With its parts; with its candidates where a person is about to decide.</summary>
    internal static async Task<BankLineView> Of(Statements read, BankLineRow row, bool candidates = true)
    {
        var parts = await read.All<Part>(
            "SELECT payment_id, amount FROM bank_line_part WHERE line_id = @Id ORDER BY number",
            new { row.Id }
        );
        var reason = Words.TryParse<BankLineReason>(row.Reason);
        var open = row.State is BankLineStatus.Queued or BankLineStatus.Suspense;
        return new(
            row.Id,
            row.StatementId,
            row.RowNumber,
            row.State,
            reason,
            reason?.Say(),
            row.ReceivedOn,
            new MoneyView(row.Amount, row.Currency),
            row.PayerName,
            row.PayerAccount,
            row.Remark,
            IncomingMoney.IsBanks(row.Serial) ? row.Serial : null,
            [.. parts.Select(part => new BankLinePartView(part.PaymentId, new MoneyView(part.Amount, row.Currency)))],
            open && candidates ? await LineMatch.Candidates(read, row.Remark, row.PayerName, row.Amount) : [],
            row.Note,
            row.ReturnSerial,
            row.ReturnedOn,
            row.CreatedAt,
            row.ResolvedBy,
            row.ResolvedAt,
            row.ApprovedBy,
            row.Version
        );
    }

    sealed record Part
    {
        public string PaymentId { get; init; } = "";
        public long Amount { get; init; }
    }
}

public sealed record BankLinePartView(string PaymentId, MoneyView Amount);

/// <summary>A payment that a bank line may be for.</summary>
/// <param name="Missing">What is still to come for it.</param>
/// <param name="CodeFits">The remark holds its reference, exactly or but for a typing error.</param>
/// <param name="PayerFits">The payer is its company.</param>
public sealed record CandidateView(
    string PaymentId,
    string Reference,
    string CompanyName,
    MoneyView Missing,
    bool CodeFits,
    bool PayerFits,
    bool AmountFits
);
