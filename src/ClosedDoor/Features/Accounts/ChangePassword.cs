using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Changes the caller's own password, and ends the account's other sign-ins: whoever had the old password is out. Wrong
/// guesses at the current one count as those at sign-in do, so that a stolen access token is no way to find it out.
/// </summary>
public static class ChangePassword
{
    public sealed record Request(string? CurrentPassword, string? NewPassword);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/me/password", Handle)
            .Named("ChangePassword", "Change one's own password")
            .WithDescription(
                "The other sign-ins of the account end. Idempotency keys are compared without the passwords: use a new key for every change."
            )
            .WithMetadata(new FingerprintsItself())
            .RequireAuthorization(Policy.Account)
            .AnswersNothing()
            .Refuses(Refusals.Invalid, Refusals.TooManyAttempts)
            .Example(new Request("a-long-passphrase", "another-long-passphrase"));

    static async Task<IResult> Handle(
        Request request,
        Caller caller,
        Database db,
        Passwords passwords,
        KnownTokens known
    ) => (await Execute(db, passwords, known, caller, request)).ToNoContent();

    public static async Task<Outcome<bool>> Execute(
        Database db,
        Passwords passwords,
        KnownTokens known,
        Caller caller,
        Request request
    )
    {
        if (caller.Standing.SignInId is not { } signInId)
            return Refusals.Forbidden;
        var errors = new FieldErrors();
        if (string.IsNullOrEmpty(request.CurrentPassword))
            errors.Missing("currentPassword");
        else if (request.CurrentPassword.Length > Passwords.Longest)
            WrongCurrent(errors);
        var password = Passwords.Check(errors, "newPassword", request.NewPassword);
        if (errors.Refusal is { } invalid)
            return invalid;

        var address = await db.Read(read =>
            read.Get<string>("SELECT email FROM account WHERE id = @Id", new { caller.Standing.Id })
        );
        var email = EmailAddress.Parse(address).Value;
        var check = await PasswordCheck.Execute(db, passwords, caller, email, request.CurrentPassword!);
        if (check.Refused(out var locked))
            return locked;

        // A repetition whose first answer was lost no longer knows the password. It still runs into the write below,
        // which finds that answer by its key.
        var newHash = check.Value is null ? "" : await passwords.Hash(password);
        var outcome = await db.Write<bool>(
            caller,
            async tx =>
            {
                if (
                    check.Value is not { } match
                    || !await AccountTable.LockRowWith(tx, match.AccountId, match.PasswordHash)
                )
                {
                    var wrong = new FieldErrors(); // Of its own: the work may run again, and would say it twice.
                    WrongCurrent(wrong);
                    return wrong.Refusal!;
                }
                await SignInTable.RevokeAll(tx, match.AccountId, keep: signInId, caller.Now);
                await AccountTable.ChangePassword(tx, match.AccountId, newHash, caller.Now);
                await SignInFailureTable.Succeeded(tx, email.Value, caller.Address, caller.Now);
                return true;
            }
        );
        known.Forget();
        return outcome;
    }

    static void WrongCurrent(FieldErrors errors) =>
        errors.Add("currentPassword", "当前密码不正确。", "This is not the current password.");
}
