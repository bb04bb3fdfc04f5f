using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Every change to the failures that <see cref="SignInLimits"/> counts. They are in the database, so that guesses spread
/// over instances are counted together.
/// </summary>
static class SignInFailureTable
{
    /// <summary>
    /// Counts an attempt before its password is looked at. Whether the e-mail address is anybody's plays no part.
    /// </summary>
    /// <returns>Null when the password may be looked at; else when the lock ends.</returns>
    public static async Task<Instant?> Reserve(Tx tx, string email, string address, Instant now)
    {
        // The account's row always first: attempts that hold one and wait for the other cannot wait in a circle.
        var account = await LockRow(tx, AccountSubject(email), now);
        var place = await LockRow(tx, AddressSubject(address), now);
        var byAccount = SignInLimits.Attempt(account, SignInLimits.PerAccount, now);
        var byAddress = SignInLimits.Attempt(place, SignInLimits.PerAddress, now);
        if (byAccount.RefusedUntil is not null || byAddress.RefusedUntil is not null)
            return byAccount.RefusedUntil > byAddress.RefusedUntil
                ? byAccount.RefusedUntil
                : byAddress.RefusedUntil ?? byAccount.RefusedUntil;

        await Keep(tx, AccountSubject(email), byAccount.Counted, now);
        await Keep(tx, AddressSubject(address), byAddress.Counted, now);
        return null;
    }

    /// <summary>
    /// The attempt made at <paramref name="at"/> had the right password: the account's failures are forgotten. Of the
    /// address's only this one is taken back, or an own account would be the means to guess at others without end.
    /// </summary>
    public static async Task Succeeded(Tx tx, string email, string address, Instant at)
    {
        await tx.Execute(
            "DELETE FROM sign_in_failure WHERE subject = @Subject",
            new { Subject = AccountSubject(email) }
        );
        var failures = await LockRow(tx, AddressSubject(address), at);
        await Keep(tx, AddressSubject(address), SignInLimits.TakeBack(failures, SignInLimits.PerAddress, at), at);
    }

    public static Task<int> Forget(Tx tx, Instant now, long most) =>
        tx.Execute(
            """
            DELETE FROM sign_in_failure
            WHERE subject IN (SELECT subject FROM sign_in_failure WHERE last_at < @Before LIMIT @most)
            """,
            new { Before = now - Duration.Max(SignInLimits.Window, SignInLimits.LockedFor), most }
        );

    // An insert that meets a row locks and returns it, so that two first attempts at once cannot both find nothing.
    static async Task<SignInFailures> LockRow(Tx tx, string subject, Instant now)
    {
        var row = await tx.Get<Row>(
            """
            INSERT INTO sign_in_failure (subject, instants, last_at) VALUES (@subject, '', @now)
            ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
            RETURNING instants, locked_until
            """,
            new { subject, now }
        );
        return new(
            [
                .. row
                    .Instants.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(at => Instant.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture))),
            ],
            row.LockedUntil
        );
    }

    static Task<int> Keep(Tx tx, string subject, SignInFailures failures, Instant now) =>
        tx.Execute(
            """
            UPDATE sign_in_failure SET instants = @Instants, last_at = @now, locked_until = @LockedUntil
            WHERE subject = @subject
            """,
            new
            {
                subject,
                Instants = string.Join(' ', failures.At.Select(at => at.ToUnixTimeMilliseconds())),
                now,
                failures.LockedUntil,
            }
        );

    static string AccountSubject(string email) => $"account:{Hash(email)}";

    static string AddressSubject(string address) => $"address:{Hash(address)}";

    static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    sealed record Row
    {
        public string Instants { get; init; } = "";
        public Instant? LockedUntil { get; init; }
    }
}
