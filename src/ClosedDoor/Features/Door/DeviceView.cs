using NodaTime;

namespace ClosedDoor.Features.Door;

/// <param name="Code">What the device types in; in the first answer alone.</param>
/// <param name="ExpiresAt">When its token ends by itself.</param>
public sealed record DeviceView(
    string Id,
    string SessionId,
    string Name,
    string? Code,
    Instant CodeExpiresAt,
    Instant? PairedAt,
    Instant? RevokedAt,
    Instant ExpiresAt,
    long Version
)
{
    internal static DeviceView Of(DeviceRow row) =>
        new(
            row.Id,
            row.SessionId,
            row.Name,
            null,
            row.CodeExpiresAt,
            row.PairedAt,
            row.RevokedAt,
            row.ExpiresAt,
            row.Version
        );
}
