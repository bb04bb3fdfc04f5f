using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Looks at a password under the limits of <see cref="SignInLimits"/>. Wherever a password is asked for, it is asked for
/// here: a second door without the limits would be the one that is tried.
/// </summary>
static class PasswordCheck
{
    public sealed record Match(string AccountId, string PasswordHash);

    /// <summary>
    /// The account, when there is one with this e-mail address and password that is not disabled; null when not.
    /// An attempt that is not taken back by <see cref="SignInFailureTable.Succeeded"/> stays a failure.
    /// </summary>
    public static async Task<Outcome<Match?>> Execute(
        Database db,
        Passwords passwords,
        Caller caller,
        EmailAddress email,
        string password
    )
    {
        var lockedUntil = await db.Write(
            "sign-in",
            tx => SignInFailureTable.Reserve(tx, email.Value, caller.Address, caller.Now),
            caller.RequestId
        );
        if (lockedUntil is { } until)
            return Refusals.TooManyAttempts with { RetryAfterSeconds = SignInLimits.SecondsUntil(until, caller.Now) };

        var account = await db.Read(read =>
            read.Find<Row>(
                "SELECT id, password_hash FROM account WHERE email = @Value AND disabled_at IS NULL",
                new { email.Value }
            )
        );
        return await passwords.Verify(account?.PasswordHash, password)
            ? new Match(account!.Id, account.PasswordHash)
            : (Match?)null;
    }

    sealed record Row
    {
        public string Id { get; init; } = "";
        public string PasswordHash { get; init; } = "";
    }
}
