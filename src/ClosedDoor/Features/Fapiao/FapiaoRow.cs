using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

sealed record FapiaoRow
{
    public string Id { get; init; } = "";
    public string PaymentId { get; init; } = "";
    public string SessionId { get; init; } = "";
    public string CompanyId { get; init; } = "";
    public string Status { get; init; } = "";
    public string Profile { get; init; } = "";

    /// <summary>As it was asked for; once it is issued, as it was issued. Fen.</summary>
    public long Amount { get; init; }

    /// <summary>What of the payment's money is here, and promised to nobody, in fen.</summary>
    public long Here { get; init; }
    public string Currency { get; init; } = "";
    public string? Number { get; init; }
    public LocalDate? IssuedOn { get; init; }
    public string? FileSha256 { get; init; }
    public string? FileName { get; init; }
    public Instant RequestedAt { get; init; }
    public long Version { get; init; }

    public FapiaoProfile Details => JsonSerializer.Deserialize<FapiaoProfile>(Profile, Json.Options)!;

    public FapiaoStatus State => Words.Parse<FapiaoStatus>(Status);

    /// <summary>
    /// For what it is to be issued as things stand, or was issued; 0 when all of it was refunded before. Fen. Sums decide, and
    /// not what a refund was made for: money that came after the seat's end goes back, and leaves here what was here.
    /// </summary>
    public long Stands => State is FapiaoStatus.Issued ? Amount : WouldStand(Here);

    /// <summary>What it would be issued for with so much here.</summary>
    public long WouldStand(long here) => Math.Clamp(here, 0, Amount);

    public static readonly string Select = $"""
        SELECT fapiao.*,
            {Refundable.Here("fapiao.payment_id")} AS here
        FROM fapiao
        """;

    public static Task<FapiaoRow?> Find(Statements read, string id) =>
        read.Find<FapiaoRow>($"{Select} WHERE fapiao.id = @id", new { id });

    /// <summary>The refunds that this payment's fapiao covers, in the order in which they were made.</summary>
    public static Task<List<RefundRow>> CoveredRefunds(Statements read, string paymentId) =>
        read.All<RefundRow>(
            $"SELECT * FROM refund WHERE payment_id = @paymentId AND {RedLetterGate.Covered} ORDER BY created_at, id",
            new { paymentId }
        );
}
