using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Fapiao;

sealed record FapiaoProfileRow
{
    public string CompanyId { get; init; } = "";
    public string Profile { get; init; } = "";
    public Instant UpdatedAt { get; init; }
    public long Version { get; init; }

    public static Task<FapiaoProfileRow?> Find(Statements read, string companyId) =>
        read.Find<FapiaoProfileRow>("SELECT * FROM fapiao_profile WHERE company_id = @companyId", new { companyId });

    public FapiaoProfile Details => JsonSerializer.Deserialize<FapiaoProfile>(Profile, Json.Options)!;
}
