using System.Text.Json.Serialization;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>An API key, as owners see it.</summary>
/// <param name="Key">
/// <c>cdk_…</c>, in the first answer to its making and nowhere else: it is stored only as a hash. An idempotent
/// repetition answers without it; whoever lost the first answer revokes the key and makes another.
/// </param>
public sealed record ApiKeyView(
    string Id,
    string Name,
    string[] Scopes,
    Instant CreatedAt,
    Instant? RevokedAt,
    long Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Key = null
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    public static async Task<ApiKeyView?> Find(Statements db, string id) =>
        (await db.Find<ApiKeyRow>($"{ApiKeyRow.Select} WHERE id = @id", new { id }))?.ToView();
}

sealed record ApiKeyRow
{
    public const string Select = "SELECT id, name, permissions, created_at, revoked_at, version FROM api_key";

    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string Permissions { get; init; } = "";
    public Instant CreatedAt { get; init; }
    public Instant? RevokedAt { get; init; }
    public long Version { get; init; }

    public ApiKeyView ToView() =>
        new(Id, Name, Platform.Identity.Permissions.FromStored(Permissions).Words(), CreatedAt, RevokedAt, Version);
}
