using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>Vettings in the order in which they were begun. A company sees its own.</summary>
public static class ListVettings
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/vettings", Handle)
            .Named("ListVettings", "List vettings")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<VettingSummary>>()
            .Refuses(Refusals.InvalidCursor, Refusals.Invalid);

    static async Task<IResult> Handle(
        Caller caller,
        Database db,
        string? status,
        string? companyId,
        int? limit,
        string? cursor
    ) => (await Execute(db, caller, status, companyId, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<VettingSummary>>> Execute(
        Database db,
        Caller caller,
        string? status,
        string? companyId,
        Paging paging
    )
    {
        var errors = new FieldErrors();
        errors.OptionalWord<VettingStatus>("status", status);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;

        // Only the conditions that are asked for, so that each form has a plan (and an index) of its own.
        var where = "WHERE vetting.id > @after";
        if (!caller.IsStaff)
            companyId = caller.CompanyId ?? "";
        if (companyId is not null)
            where += " AND vetting.company_id = @companyId";
        if (status is not null)
            where += StatusCondition;

        var today = Zones.Today(caller.Now);
        var rows = await db.Read(read =>
            read.All<Row>(
                $"""
                SELECT vetting.id, vetting.company_id, company.name AS company_name, vetting.status, vetting.created_at,
                    vetting.submitted_at, vetting.valid_through, vetting.first_certificate_expiry, vetting.version
                FROM vetting JOIN company ON company.id = vetting.company_id
                {where} ORDER BY vetting.id LIMIT @most
                """,
                new
                {
                    after,
                    companyId,
                    status,
                    today,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToSummary(today));
    }

    /// <summary>By what a vetting reads as: an approval whose last day has passed is expired, swept or not.</summary>
    const string StatusCondition = """
         AND (CASE WHEN vetting.status = 'approved' AND vetting.valid_through < @today THEN 'expired' ELSE vetting.status END) = @status
        """;

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string CompanyId { get; init; } = "";
        public string CompanyName { get; init; } = "";
        public string Status { get; init; } = "";
        public Instant CreatedAt { get; init; }
        public Instant? SubmittedAt { get; init; }
        public LocalDate? ValidThrough { get; init; }
        public LocalDate? FirstCertificateExpiry { get; init; }
        public long Version { get; init; }

        public VettingSummary ToSummary(LocalDate today) =>
            new(
                Id,
                CompanyId,
                CompanyName,
                new VettingRow { Status = Status, ValidThrough = ValidThrough }.StateOn(today),
                ValidThrough,
                FirstCertificateExpiry,
                CreatedAt,
                SubmittedAt,
                Version
            );
    }
}

/// <summary>A vetting in a list, without what was applied with.</summary>
public sealed record VettingSummary(
    string Id,
    string CompanyId,
    string CompanyName,
    VettingStatus Status,
    LocalDate? ValidThrough,
    LocalDate? FirstCertificateExpiry,
    Instant CreatedAt,
    Instant? SubmittedAt,
    long Version
);
