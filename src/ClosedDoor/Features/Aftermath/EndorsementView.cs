using System.Text.Json.Serialization;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <param name="Consented">Whether the guest consents as it stands.</param>
public sealed record EndorsementView(
    string Id,
    string SessionId,
    string InvitationId,
    string CompanyId,
    string Statement,
    bool Consented,
    Instant RecordedAt,
    Instant? ConsentedAt,
    Instant? WithdrawnAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static EndorsementView Of(EndorsementRow row) =>
        new(
            row.Id,
            row.SessionId,
            row.InvitationId,
            row.CompanyId,
            row.Statement,
            row.ConsentedAt is not null && row.WithdrawnAt is null,
            row.RecordedAt,
            row.ConsentedAt,
            row.WithdrawnAt,
            row.Version
        );
}
