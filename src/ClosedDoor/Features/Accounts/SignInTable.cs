using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>Every change to sign-ins and their tokens, the spent ones included.</summary>
static class SignInTable
{
    public static async Task<string> Add(Tx tx, string accountId, TokenView tokens, Instant now)
    {
        var id = TypeId.New("sgn", now);
        await tx.Execute(
            """
            INSERT INTO sign_in (id, account_id, access_hash, access_expires_at, refresh_hash, refresh_expires_at, created_at)
            VALUES (@id, @accountId, @AccessHash, @AccessExpiresAt, @RefreshHash, @RefreshExpiresAt, @now)
            """,
            new
            {
                id,
                accountId,
                AccessHash = Secrets.Hash(tokens.AccessToken),
                AccessExpiresAt = now + TokenView.AccessFor,
                RefreshHash = Secrets.Hash(tokens.RefreshToken),
                RefreshExpiresAt = now + TokenView.RefreshFor,
                now,
            }
        );
        await tx.Record(now, new Change(accountId, "account.signed_in", id));
        return id;
    }

    /// <summary>Puts new tokens in the place of the one that is spent here; false when it is not, or no longer, good.</summary>
    public static async Task<bool> Rotate(Tx tx, string spentHash, TokenView tokens, Instant now)
    {
        // The race of two refreshes ends in this statement: the second one finds the hash gone.
        var signIn = await tx.Find<SignInRow>(
            """
            UPDATE sign_in SET access_hash = @AccessHash, access_expires_at = @AccessExpiresAt,
                refresh_hash = @RefreshHash, refresh_expires_at = @RefreshExpiresAt
            WHERE refresh_hash = @spentHash AND revoked_at IS NULL AND refresh_expires_at > @now
              AND EXISTS (SELECT 1 FROM account WHERE account.id = sign_in.account_id AND account.disabled_at IS NULL)
            RETURNING id, account_id
            """,
            new
            {
                spentHash,
                AccessHash = Secrets.Hash(tokens.AccessToken),
                AccessExpiresAt = now + TokenView.AccessFor,
                RefreshHash = Secrets.Hash(tokens.RefreshToken),
                RefreshExpiresAt = now + TokenView.RefreshFor,
                now,
            }
        );
        if (signIn is null)
            return false;
        await tx.Execute(
            "INSERT INTO spent_refresh_token (hash, sign_in_id, spent_at) VALUES (@spentHash, @Id, @now)",
            new
            {
                spentHash,
                signIn.Id,
                now,
            }
        );
        return true;
    }

    /// <summary>Ends the sign-in of a token that was spent before <paramref name="spentBefore"/> and came again: a thief, or the thief's victim.</summary>
    public static async Task<bool> RevokeReused(Tx tx, string hash, Instant spentBefore, Instant now)
    {
        var signIn = await tx.Find<SignInRow>(
            """
            UPDATE sign_in SET revoked_at = @now
            WHERE revoked_at IS NULL
              AND id = (SELECT sign_in_id FROM spent_refresh_token WHERE hash = @hash AND spent_at < @spentBefore)
            RETURNING id, account_id
            """,
            new
            {
                hash,
                spentBefore,
                now,
            }
        );
        if (signIn is null)
            return false;
        await tx.Record(now, new Change(signIn.AccountId, "account.refresh_token_reused", signIn.Id));
        return true;
    }

    public static async Task Revoke(Tx tx, string signInId, Instant now)
    {
        var signIn = await tx.Find<SignInRow>(
            "UPDATE sign_in SET revoked_at = @now WHERE id = @signInId AND revoked_at IS NULL RETURNING id, account_id",
            new { signInId, now }
        );
        if (signIn is not null)
            await tx.Record(now, new Change(signIn.AccountId, "account.signed_out", signInId));
    }

    /// <summary>Ends the account's sign-ins, but for the one to keep.</summary>
    public static Task<int> RevokeAll(Tx tx, string accountId, string? keep, Instant now) =>
        tx.Execute(
            "UPDATE sign_in SET revoked_at = @now WHERE account_id = @accountId AND id <> @Keep AND revoked_at IS NULL",
            new
            {
                accountId,
                Keep = keep ?? "",
                now,
            }
        );

    /// <summary>
    /// Deletes what no token can bring back: spent tokens older than any refresh token lives, and sign-ins that have
    /// been over for a day, so that an instance whose clock is behind does not lose one that it still serves.
    /// </summary>
    public static async Task<int> Forget(Tx tx, Instant now, long most)
    {
        var before = now - Duration.FromDays(1);
        var spent = await tx.Execute(
            """
            DELETE FROM spent_refresh_token WHERE hash IN (
              SELECT hash FROM spent_refresh_token WHERE spent_at < @SpentBefore
                OR sign_in_id IN (SELECT id FROM sign_in WHERE refresh_expires_at < @before) LIMIT @most)
            """,
            new
            {
                SpentBefore = before - TokenView.RefreshFor,
                before,
                most,
            }
        );
        return spent
            + await tx.Execute(
                """
                DELETE FROM sign_in WHERE id IN (
                  SELECT id FROM sign_in WHERE refresh_expires_at < @before
                    AND NOT EXISTS (SELECT 1 FROM spent_refresh_token WHERE sign_in_id = sign_in.id) LIMIT @most)
                """,
                new { before, most }
            );
    }

    sealed record SignInRow
    {
        public string Id { get; init; } = "";
        public string AccountId { get; init; } = "";
    }
}
