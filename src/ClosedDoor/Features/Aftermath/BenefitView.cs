using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <summary>A line of the benefits ledger.</summary>
public sealed record BenefitView(
    string Id,
    string SessionId,
    string InvitationId,
    BenefitKind Kind,
    MoneyView Amount,
    string PayerName,
    string PayerUscc,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Note,
    Instant RecordedAt,
    Instant? VoidedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static BenefitView Of(BenefitRow row) =>
        new(
            row.Id,
            row.SessionId,
            row.InvitationId,
            Words.Parse<BenefitKind>(row.Kind),
            new MoneyView(row.Amount, row.Currency),
            row.PayerName,
            row.PayerUscc,
            row.Note,
            row.RecordedAt,
            row.VoidedAt,
            row.Version
        );
}
