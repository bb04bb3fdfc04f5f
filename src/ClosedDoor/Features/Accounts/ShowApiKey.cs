using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>An API key, revoked or not, without the key itself.</summary>
public static class ShowApiKey
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/api-keys/{keyId}", Handle)
            .Named("ShowApiKey", "Show an API key, without the key itself")
            .RequireAuthorization(Policy.Owner)
            .Answers<ApiKeyView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string keyId, Database db) => (await Execute(db, keyId)).ToOk();

    public static async Task<Outcome<ApiKeyView>> Execute(Database db, string keyId) =>
        await db.Read(read => ApiKeyView.Find(read, keyId)) is { } found ? found : Refusals.NotFound;
}
