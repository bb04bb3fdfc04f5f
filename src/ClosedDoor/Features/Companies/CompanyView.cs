using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Companies;

public enum CompanyStatus
{
    Unvetted,
    UnderReview,
    Vetted,
    Rejected,
}

/// <summary>A company as its members and the organizers see it. Its status is derived from its vettings.</summary>
public sealed record CompanyView(
    string Id,
    string Name,
    string Uscc,
    ContactView Contact,
    CompanyStatus Status,
    LocalDate? VettedThrough,
    Instant CreatedAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Status.Word()}.{VettedThrough:uuuuMMdd}";

    public static async Task<CompanyView?> Find(Statements db, string id, Instant now) =>
        (await db.Find<Row>($"{Select} WHERE company.id = @id", new { id }))?.ToView(now);

    /// <summary>The latest vetting decides, but an approval that still holds outlives the renewal begun beside it.</summary>
    internal const string Select = """
        SELECT company.id, company.name, company.uscc, company.contact_name, company.contact_email, company.contact_phone,
            company.created_at, company.version,
            (SELECT status FROM vetting WHERE vetting.company_id = company.id ORDER BY created_at DESC, id DESC LIMIT 1) AS latest_status,
            (SELECT MAX(valid_through) FROM vetting WHERE vetting.company_id = company.id AND status = 'approved') AS valid_through
        FROM company
        """;

    internal sealed record Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string Uscc { get; init; } = "";
        public string ContactName { get; init; } = "";
        public string ContactEmail { get; init; } = "";
        public string ContactPhone { get; init; } = "";
        public Instant CreatedAt { get; init; }
        public long Version { get; init; }
        public string? LatestStatus { get; init; }
        public LocalDate? ValidThrough { get; init; }

        public CompanyView ToView(Instant now)
        {
            var holds = ValidThrough >= Zones.Today(now);
            var status =
                holds ? CompanyStatus.Vetted
                : LatestStatus is "submitted" or "info_requested" ? CompanyStatus.UnderReview
                : LatestStatus is "rejected" ? CompanyStatus.Rejected
                : CompanyStatus.Unvetted;
            return new(
                Id,
                Name,
                Uscc,
                new(ContactName, ContactEmail, ContactPhone),
                status,
                holds ? ValidThrough : null,
                CreatedAt,
                Version
            );
        }
    }
}

public sealed record ContactView(string Name, string Email, string Phone);
