using System.Text.Json.Serialization;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A bank's headers, saved under a name.</summary>
public sealed record BankStatementMappingView(
    string Id,
    string Name,
    BankStatementColumns Columns,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";
}
