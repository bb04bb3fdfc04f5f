using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>Every change to accounts. An e-mail address belongs to one account at the most.</summary>
static class AccountTable
{
    public sealed record Draft(
        string Email,
        string Name,
        string PasswordHash,
        string? CompanyId,
        Permission Permissions
    );

    /// <summary>The new account's id; null when the e-mail address is taken.</summary>
    public static async Task<string?> Add(Tx tx, Draft draft, Instant now)
    {
        var id = TypeId.New("acc", now);
        var role = draft.CompanyId is null ? "organizer" : "company";
        var added = await tx.Execute(
            """
            INSERT INTO account (id, email, name, password_hash, role, company_id, permissions, created_at, version)
            VALUES (@id, @Email, @Name, @PasswordHash, @role, @CompanyId, @words, @now, 1)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                draft.Email,
                draft.Name,
                draft.PasswordHash,
                role,
                draft.CompanyId,
                words = string.Join(' ', draft.Permissions.Words()),
                now,
            }
        );
        if (added == 0)
            return null;
        await tx.Record(
            now,
            new Change(
                draft.CompanyId ?? id,
                "account.added",
                id,
                After: new { role, permissions = draft.Permissions.Words() }
            )
        );
        return id;
    }
}
