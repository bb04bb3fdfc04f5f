using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>Every change to sign-ins and their tokens.</summary>
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
}
