using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>A person who acts for a company. All members of a company may do the same.</summary>
/// <param name="Disabled">Signs in no longer.</param>
public sealed record MemberView(string Id, string Email, string Name, Instant CreatedAt, bool Disabled, long Version)
    : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";
}

/// <summary>A company's members in the order in which they came. Another company's are not found.</summary>
public static class ListMembers
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/companies/{companyId}/members", Handle)
            .Named("ListMembers", "List a company's members")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<MemberView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor);

    static async Task<IResult> Handle(string companyId, Caller caller, Database db, int? limit, string? cursor) =>
        (await Execute(db, caller, companyId, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<MemberView>>> Execute(
        Database db,
        Caller caller,
        string companyId,
        Paging paging
    )
    {
        if (paging.AfterId(out var after) is { } noCursor)
            return noCursor;
        if (!caller.MaySee(companyId) || !await db.Read(read => CompanyRow.Exists(read, companyId)))
            return Refusals.NotFound;

        var rows = await db.Read(read =>
            read.All<MemberRow>(
                $"{MemberRow.Select} WHERE company_id = @companyId AND id > @after ORDER BY id LIMIT @most",
                new
                {
                    companyId,
                    after,
                    most = paging.Most,
                }
            )
        );
        return paging.Cut(rows, row => row.Id, row => row.ToView());
    }
}

sealed record MemberRow
{
    public const string Select = "SELECT id, email, name, created_at, disabled_at, version FROM account";

    public string Id { get; init; } = "";
    public string Email { get; init; } = "";
    public string Name { get; init; } = "";
    public Instant CreatedAt { get; init; }
    public Instant? DisabledAt { get; init; }
    public long Version { get; init; }

    public bool IsDisabled => DisabledAt is not null;

    public static Task<MemberRow?> Find(Statements db, string companyId, string memberId) =>
        db.Find<MemberRow>($"{Select} WHERE id = @memberId AND company_id = @companyId", new { memberId, companyId });

    public MemberView ToView() => new(Id, Email, Name, CreatedAt, IsDisabled, Version);
}
