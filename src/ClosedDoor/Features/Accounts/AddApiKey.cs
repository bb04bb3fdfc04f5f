using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>Makes a key for another program. A key is never an owner: programs do not hand out rights.</summary>
public static class AddApiKey
{
    public const Permission Grantable = Permissions.All & ~Permission.Owner;

    public sealed record Request(string? Name, string[]? Scopes);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/api-keys", Handle)
            .Named("AddApiKey", "Make an API key, which is shown once")
            .WithDescription(
                "The key is in this answer alone. It is not stored, so an idempotent repetition answers without `key`."
            )
            .RequireAuthorization(Policy.Owner)
            .Answers<ApiKeyView>(201)
            .AnswersSecrets()
            .Refuses(Refusals.Invalid)
            .Example(new Request("客户管理系统", ["organize"]));

    static async Task<IResult> Handle(Request request, Caller caller, Database db) =>
        (await Execute(db, caller, request)).ToCreated(key => $"/api/v1/api-keys/{key.Id}");

    public static async Task<Outcome<ApiKeyView>> Execute(Database db, Caller caller, Request request)
    {
        var errors = new FieldErrors();
        var name = errors.Text("name", request.Name, 100);
        var scopes = Permissions.Check(errors, "scopes", request.Scopes, Grantable);
        if (request.Scopes is { Length: 0 })
            errors.Add("scopes", "至少一项。", "At least one.");
        if (errors.Refusal is { } invalid)
            return invalid;

        var key = Secrets.New(Secrets.ApiKey);
        var outcome = await db.Write<ApiKeyView>(
            caller,
            async tx =>
                // As in AddOrganizer: a key outlives its maker's rights.
                (await AccountTable.LockOwnerRows(tx)).Contains(caller.Standing.Id)
                    ? (await ApiKeyView.Find(tx, await ApiKeyTable.Add(tx, name, scopes, key, caller.Now)))!
                    : Refusals.Forbidden
        );
        // Only now, and only to whom it is new: what the transaction answers is what an idempotency key stores.
        return outcome.Then<ApiKeyView>(made => caller.Replayed ? made : made with { Key = key });
    }
}
