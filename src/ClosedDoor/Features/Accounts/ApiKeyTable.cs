using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>Every change to API keys. The key itself is kept only as its hash.</summary>
static class ApiKeyTable
{
    public static async Task<string> Add(Tx tx, string name, Permission scopes, string key, Instant now)
    {
        var id = TypeId.New("key", now);
        await tx.Execute(
            """
            INSERT INTO api_key (id, name, key_hash, permissions, created_by, created_at, version)
            VALUES (@id, @name, @Hash, @Scopes, @Actor, @now, 1)
            """,
            new
            {
                id,
                name,
                Hash = Secrets.Hash(key),
                Scopes = scopes.Stored(),
                tx.Actor,
                now,
            }
        );
        await tx.Record(now, new Change(id, "api_key.added", id, After: new { scopes = scopes.Words() }));
        return id;
    }

    /// <summary>False when it was revoked before.</summary>
    public static async Task<bool> Revoke(Tx tx, string id, Instant now)
    {
        var revoked = await tx.Execute(
            "UPDATE api_key SET revoked_at = @now, version = version + 1 WHERE id = @id AND revoked_at IS NULL",
            new { id, now }
        );
        if (revoked == 0)
            return false;
        await tx.Record(now, new Change(id, "api_key.revoked", id));
        return true;
    }
}
