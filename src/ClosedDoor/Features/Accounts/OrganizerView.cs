using System.Text.Json.Serialization;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>An organizer's account, as owners see it.</summary>
/// <param name="Permissions">Some of <c>owner organize review finance door</c>.</param>
public sealed record OrganizerView(
    string Id,
    string Email,
    string Name,
    string[] Permissions,
    bool Disabled,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    public static async Task<OrganizerView?> Find(Statements db, string id) =>
        (await db.Find<OrganizerRow>($"{OrganizerRow.Select} AND id = @id", new { id }))?.ToView();
}

sealed record OrganizerRow
{
    public const string Select =
        "SELECT id, email, name, permissions, disabled_at, created_at, version FROM account WHERE role = 'organizer'";

    public string Id { get; init; } = "";
    public string Email { get; init; } = "";
    public string Name { get; init; } = "";
    public string Permissions { get; init; } = "";
    public Instant? DisabledAt { get; init; }
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }

    public OrganizerView ToView() =>
        new(
            Id,
            Email,
            Name,
            Platform.Identity.Permissions.FromStored(Permissions).Words(),
            DisabledAt is not null,
            CreatedAt,
            Version
        );
}
