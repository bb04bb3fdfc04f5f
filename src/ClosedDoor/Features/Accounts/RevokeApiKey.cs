using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>Revokes a key for good. Its row stays, so that the audit log's actor keeps a name. Again is no error.</summary>
public static class RevokeApiKey
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete("/api-keys/{keyId}", Handle)
            .Named("RevokeApiKey", "Revoke an API key")
            .RequireAuthorization(Policy.Owner)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion);

    static async Task<IResult> Handle(string keyId, Caller caller, Database db, KnownTokens known) =>
        (await Execute(db, known, caller, keyId)).ToNoContent();

    public static async Task<Outcome<bool>> Execute(Database db, KnownTokens known, Caller caller, string keyId)
    {
        var outcome = await db.Write<bool>(
            caller,
            async tx =>
            {
                if (await ApiKeyView.Find(tx, keyId) is not { } key)
                    return Refusals.NotFound;
                if (caller.Stale(key.Version) is { } stale)
                    return stale;
                await ApiKeyTable.Revoke(tx, keyId, caller.Now);
                return true;
            }
        );
        known.Forget();
        return outcome;
    }
}
