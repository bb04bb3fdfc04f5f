using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Ends the sign-in whose access token calls: both of its tokens are refused from now on, on other instances after
/// <see cref="KnownTokens.RememberedFor"/> at the latest. A key's owner does not sign out: the key is revoked.
/// </summary>
public static class SignOut
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/sign-out", Handle)
            .Named("SignOut", "Sign out (Idempotency-Key is ignored)")
            .WithMetadata(new FingerprintsItself())
            .RequireAuthorization(Policy.Account)
            .AnswersNothing();

    static async Task<IResult> Handle(Caller caller, Database db, KnownTokens known) =>
        (await Execute(db, known, caller)).ToNoContent();

    public static async Task<Outcome<bool>> Execute(Database db, KnownTokens known, Caller caller)
    {
        if (caller.Standing.SignInId is not { } signInId)
            return Refusals.Forbidden;
        await db.Write(
            caller.Actor,
            async tx =>
            {
                await SignInTable.Revoke(tx, signInId, caller.Now);
                return true;
            },
            caller.RequestId
        );
        known.Forget();
        return true;
    }
}
