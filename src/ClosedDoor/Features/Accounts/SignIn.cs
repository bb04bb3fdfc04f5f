using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Exchanges e-mail address and password for tokens. Tokens are secrets, and no answer with them is ever stored: an
/// Idempotency-Key is taken and means nothing here. Whoever lost an answer signs in again.
/// </summary>
public static class SignIn
{
    public sealed record Request(string? Email, string? Password);

    internal const string KeyIsIgnored =
        "The answer holds secrets and is never stored, so an Idempotency-Key is accepted and ignored.";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/sign-in", Handle)
            .Named("SignIn", "Sign in with e-mail and password (Idempotency-Key is ignored)")
            .WithDescription(
                $"{KeyIsIgnored} After {SignInLimits.PerAccount} failures in 15 minutes an e-mail address is locked for "
                    + $"15 minutes, whether or not it has an account; after {SignInLimits.PerAddress} so is the network address."
            )
            .WithMetadata(new IgnoresToken(), new FingerprintsItself())
            .Answers<TokenView>()
            .AnswersSecrets()
            .Refuses(Refusals.Invalid, Refusals.WrongCredentials, Refusals.TooManyAttempts)
            .Example(new Request("contact@example.com", "a-long-passphrase"));

    static async Task<IResult> Handle(Request request, Caller caller, Database db, Passwords passwords) =>
        (await Execute(db, passwords, caller, request)).ToOk();

    public static async Task<Outcome<TokenView>> Execute(
        Database db,
        Passwords passwords,
        Caller caller,
        Request request
    )
    {
        var errors = new FieldErrors();
        if (string.IsNullOrWhiteSpace(request.Email))
            errors.Missing("email");
        if (string.IsNullOrEmpty(request.Password))
            errors.Missing("password");
        if (errors.Refusal is { } invalid)
            return invalid;
        // No account can have such an address or password, so that saying no at once tells nothing; and a hash over a
        // megabyte is work that a stranger must not be able to order.
        var address = EmailAddress.Parse(request.Email);
        if (address.Refused(out _) || request.Password!.Length > Passwords.Longest)
            return Refusals.WrongCredentials;

        var email = address.Value;
        var check = await PasswordCheck.Execute(db, passwords, caller, email, request.Password);
        if (check.Refused(out var locked))
            return locked;
        if (check.Value is not { } match)
            return Refusals.WrongCredentials;

        var tokens = TokenView.New();
        return await db.Write<Outcome<TokenView>>(
            match.AccountId,
            async tx =>
            {
                // Disabled, or its password changed, while this one was being checked: then it opens nothing any more.
                if (!await AccountTable.LockRowWith(tx, match.AccountId, match.PasswordHash))
                    return Refusals.WrongCredentials;
                await SignInFailureTable.Succeeded(tx, email.Value, caller.Address, caller.Now);
                await SignInTable.Add(tx, match.AccountId, tokens, caller.Now);
                return tokens;
            },
            caller.RequestId
        );
    }
}
