using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>Exchanges e-mail address and password for tokens.</summary>
public static class SignIn
{
    public sealed record Request(string? Email, string? Password);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/sign-in", Handle)
            .Named("SignIn", "Sign in with e-mail and password")
            .WithMetadata(new IgnoresToken(), new FingerprintsItself())
            .Answers<TokenView>()
            .Refuses(Refusals.WrongCredentials, Refusals.TooManyAttempts);

    static async Task<IResult> Handle(Request request, Caller caller, Database db, Passwords passwords)
    {
        var account = await db.Read(read =>
            read.Find<AccountRow>(
                "SELECT id, password_hash FROM account WHERE email = @Email AND disabled_at IS NULL",
                new { Email = request.Email?.Trim().ToLowerInvariant() }
            )
        );
        if (!await passwords.Verify(account?.PasswordHash, request.Password ?? ""))
            return Answer.Refuse(Refusals.WrongCredentials);

        var tokens = TokenView.New();
        await db.Write(account!.Id, tx => SignInTable.Add(tx, account.Id, tokens, caller.Now));
        return ((Outcome<TokenView>)tokens).ToOk();
    }

    sealed record AccountRow
    {
        public string Id { get; init; } = "";
        public string PasswordHash { get; init; } = "";
    }
}
