using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
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
/// <param name="UsccWarning">
/// Told to organizers, who compare it with the licence: <see cref="SocialCreditCode.OrganizationCodeWarning"/>. Left out
/// where there is nothing to compare, and to the company itself.
/// </param>
public sealed record CompanyView(
    string Id,
    string Name,
    string Uscc,
    ContactView Contact,
    CompanyStatus Status,
    LocalDate? VettedThrough,
    Instant CreatedAt,
    long Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Text? UsccWarning = null
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}.{Status.Word()}.{VettedThrough:uuuuMMdd}{(UsccWarning is null ? "" : ".warned")}";

    public static async Task<CompanyView?> Find(Statements db, string id, Caller caller) =>
        (
            await db.Find<CompanyRow>(
                $"{CompanyRow.Select} WHERE id = @id",
                new { id, today = Zones.Today(caller.Now) }
            )
        )?.ToView(caller.IsStaff);
}

public sealed record ContactView(string Name, string Email, string Phone);

sealed record CompanyRow
{
    public string Id { get; init; } = "";
    public string Name { get; init; } = "";
    public string Uscc { get; init; } = "";
    public string ContactName { get; init; } = "";
    public string ContactEmail { get; init; } = "";
    public string ContactPhone { get; init; } = "";
    public Instant CreatedAt { get; init; }
    public long Version { get; init; }
    public string Status { get; init; } = "";
    public LocalDate? VettedThrough { get; init; }

    /// <summary>
    /// An approval that still holds (on <c>@today</c>) outlives the renewal begun beside it; else what the reviewers have
    /// in hand counts, and else how they decided last.
    /// </summary>
    public const string Select = """
        SELECT id, name, uscc, contact_name, contact_email, contact_phone, created_at, version, vetted_through,
            CASE WHEN vetted_through IS NOT NULL THEN 'vetted'
                WHEN open_vettings > 0 THEN 'under_review'
                WHEN latest_status = 'rejected' THEN 'rejected'
                ELSE 'unvetted' END AS status
        FROM (
            SELECT company.*,
                (SELECT MAX(valid_through) FROM vetting WHERE vetting.company_id = company.id
                    AND vetting.status = 'approved' AND vetting.valid_through >= @today) AS vetted_through,
                (SELECT COUNT(*) FROM vetting WHERE vetting.company_id = company.id
                    AND vetting.status IN ('submitted', 'info_requested')) AS open_vettings,
                (SELECT vetting.status FROM vetting WHERE vetting.company_id = company.id AND vetting.status <> 'draft'
                    ORDER BY vetting.created_at DESC, vetting.id DESC LIMIT 1) AS latest_status
            FROM company) AS standing
        """;

    public static async Task<bool> Exists(Statements db, string id) =>
        await db.Find<string>("SELECT id FROM company WHERE id = @id", new { id }) is not null;

    /// <summary>
    /// Locks the company's row, so that two who set what hangs on it go one after the other, and each compares its If-Match
    /// with what the other has left. False when there is none.
    /// </summary>
    public static async Task<bool> Lock(Tx tx, string id) =>
        await tx.Find<string>($"SELECT id FROM company WHERE id = @id {tx.ForUpdate}", new { id }) is not null;

    /// <summary>
    /// Whether a row of <c>company</c> has another name than the one under which reviewers approved it last, or, before they
    /// ever did, it signed up, in SQL; also where nobody knows under which. Its members may call it what they like; what is
    /// trusted to the name is not theirs to give away.
    /// </summary>
    public const string RenamedSinceApproval =
        "(company.approved_name IS NULL OR company.approved_name <> company.name)";

    public CompanyView ToView(bool forStaff) =>
        new(
            Id,
            Name,
            Uscc,
            new(ContactName, ContactEmail, ContactPhone),
            Words.Parse<CompanyStatus>(Status),
            VettedThrough,
            CreatedAt,
            Version,
            forStaff ? SocialCreditCode.Parse(Uscc).Value.OrganizationCodeWarning : null
        );
}
