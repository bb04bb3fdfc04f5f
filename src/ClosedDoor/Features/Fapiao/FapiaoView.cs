using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

public sealed record FapiaoProfileView(string CompanyId, FapiaoProfile Profile, Instant UpdatedAt, long Version)
    : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static FapiaoProfileView Of(FapiaoProfileRow row) =>
        new(row.CompanyId, row.Details, row.UpdatedAt, row.Version);
}

/// <summary>A fapiao (发票) that a company asked for. A receipt (收据) is not one.</summary>
/// <param name="Number">20 digits, once it is issued.</param>
/// <param name="Amount">For what it was issued; until then, what the company has paid for its seat and not got back.</param>
/// <param name="RedLettersDue">The refunds that need a red letter and have none yet, once it is issued.</param>
/// <param name="RedLetters">The red-letter fapiaos that take it back, each for one refund.</param>
public sealed record FapiaoView(
    string Id,
    string PaymentId,
    string CompanyId,
    string SessionId,
    FapiaoStatus Status,
    FapiaoProfile Profile,
    MoneyView Amount,
    string? Number,
    LocalDate? IssuedOn,
    string? FileName,
    IReadOnlyList<RedLetterView> RedLetters,
    IReadOnlyList<string> RedLettersDue,
    Instant RequestedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Amount.Amount}.{RedLetters.Count}.{RedLettersDue.Count}";

    internal static async Task<FapiaoView> Of(Statements read, FapiaoRow row)
    {
        var letters = await read.All<Letter>(
            "SELECT number, refund_id, issued_on FROM red_letter WHERE fapiao_id = @Id ORDER BY number",
            new { row.Id }
        );
        return new(
            row.Id,
            row.PaymentId,
            row.CompanyId,
            row.SessionId,
            row.State,
            row.Details,
            new MoneyView(row.Stands, row.Currency),
            row.Number,
            row.IssuedOn,
            row.FileName,
            [.. letters.Select(letter => new RedLetterView(letter.Number, letter.RefundId, letter.IssuedOn))],
            await RedLetterGate.Due(read, row.PaymentId),
            row.RequestedAt,
            row.Version
        );
    }

    sealed record Letter
    {
        public string Number { get; init; } = "";
        public string RefundId { get; init; } = "";
        public LocalDate IssuedOn { get; init; }
    }
}

public sealed record RedLetterView(string Number, string RefundId, LocalDate IssuedOn);
