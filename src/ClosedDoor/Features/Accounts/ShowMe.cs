using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>Who the caller is, and what the caller may do.</summary>
/// <param name="Role"><c>organizer</c>, <c>company</c>, <c>api_key</c>, or <c>guest</c> for a personal link, whose <c>id</c> is what the link is for; <c>device</c> for one at the door.</param>
/// <param name="Email">Null for an API key and a link.</param>
/// <param name="CompanyId">The company that the caller is a member of; null for organizers and keys.</param>
public sealed record MeView(
    string Id,
    CallerKind Role,
    string? Email,
    string Name,
    string? CompanyId,
    string[] Permissions,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";
}

public static class ShowMe
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/me", Handle)
            .Named("ShowMe", "Show who is calling")
            .RequireAuthorization(Policy.Known)
            .Answers<MeView>();

    static async Task<IResult> Handle(Caller caller, Database db) => (await Execute(db, caller)).ToOk();

    public static async Task<Outcome<MeView>> Execute(Database db, Caller caller)
    {
        var standing = caller.Standing;
        if (standing.Link is not null || standing.Kind is CallerKind.Device)
            return new MeView(standing.Id, standing.Kind, null, "", null, [], 1); // The link's own resource says who it is.
        var row = await db.Read(read =>
            read.Find<Row>(
                standing.Kind is CallerKind.ApiKey
                    ? "SELECT name, version FROM api_key WHERE id = @Id"
                    : "SELECT email, name, version FROM account WHERE id = @Id",
                new { standing.Id }
            )
        );
        return row is null
            ? Refusals.Unauthenticated
            : new MeView(
                standing.Id,
                standing.Kind,
                row.Email,
                row.Name,
                standing.CompanyId,
                standing.Permissions.Words(),
                row.Version
            );
    }

    sealed record Row
    {
        public string? Email { get; init; }
        public string Name { get; init; } = "";
        public long Version { get; init; }
    }
}
