using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>Every change to accounts. An e-mail address belongs to one account at the most.</summary>
static class AccountTable
{
    /// <summary>A condition on the table's rows. No other permission's word contains this one.</summary>
    public const string IsEnabledOwner = "role = 'organizer' AND permissions LIKE '%owner%' AND disabled_at IS NULL";

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
                words = draft.Permissions.Stored(),
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

    /// <summary>Locks the account's row; false when it is disabled or no longer has this password.</summary>
    public static async Task<bool> LockRowWith(Tx tx, string id, string passwordHash) =>
        await tx.Find<string>(
            $"""
            SELECT id FROM account
            WHERE id = @id AND password_hash = @passwordHash AND disabled_at IS NULL {tx.ForUpdate}
            """,
            new { id, passwordHash }
        )
            is not null;

    /// <summary>Locks the account's row; false when it is disabled.</summary>
    public static async Task<bool> LockEnabledRow(Tx tx, string id) =>
        await tx.Find<string>(
            $"SELECT id FROM account WHERE id = @id AND disabled_at IS NULL {tx.ForUpdate}",
            new { id }
        )
            is not null;

    public static async Task ChangePassword(Tx tx, string id, string passwordHash, Instant now)
    {
        await tx.Execute(
            "UPDATE account SET password_hash = @passwordHash, version = version + 1 WHERE id = @id",
            new { id, passwordHash }
        );
        await tx.Record(now, new Change(id, "account.password_changed", id));
    }

    /// <summary>
    /// Locks the row of every enabled owner. Two owners who take the role from each other at once come one after the other
    /// here, and the second finds itself the last. In the order of ids, so that they cannot wait in a circle.
    /// </summary>
    public static Task<List<string>> LockOwnerRows(Tx tx) =>
        tx.All<string>(
            $"""
            SELECT id FROM account
            WHERE {IsEnabledOwner} ORDER BY id {tx.ForUpdate}
            """
        );

    public static async Task ChangeOrganizer(
        Tx tx,
        OrganizerView before,
        string name,
        Permission permissions,
        bool disabled,
        Instant now
    )
    {
        await tx.Execute(
            """
            UPDATE account SET name = @name, permissions = @words, version = version + 1,
                disabled_at = CASE WHEN @disabled = 0 THEN NULL ELSE COALESCE(disabled_at, @now) END
            WHERE id = @Id
            """,
            new
            {
                before.Id,
                name,
                words = permissions.Stored(),
                disabled = disabled ? 1L : 0L,
                now,
            }
        );
        await tx.Record(
            now,
            new Change(
                before.Id,
                "account.changed",
                before.Id,
                new { permissions = before.Permissions, before.Disabled },
                new
                {
                    permissions = permissions.Words(),
                    Disabled = disabled,
                    renamed = name != before.Name,
                }
            )
        );
    }

    /// <summary>
    /// Locks the row of every member of a company, in the order of ids, as <see cref="LockOwnerRows"/>. Also those whose
    /// account is ended: of two who open the last one again at once, the second finds it open.
    /// </summary>
    public static Task<List<MemberRow>> LockMemberRows(Tx tx, string companyId) =>
        tx.All<MemberRow>(
            $"{MemberRow.Select} WHERE company_id = @companyId ORDER BY id {tx.ForUpdate}",
            new { companyId }
        );

    public static async Task ChangeMember(Tx tx, string companyId, MemberRow before, bool disabled, Instant now)
    {
        await tx.Execute(
            """
            UPDATE account SET version = version + 1,
                disabled_at = CASE WHEN @disabled = 0 THEN NULL ELSE COALESCE(disabled_at, @now) END
            WHERE id = @Id
            """,
            new
            {
                before.Id,
                disabled = disabled ? 1L : 0L,
                now,
            }
        );
        await tx.Record(
            now,
            new Change(
                companyId,
                "account.changed",
                before.Id,
                new { Disabled = before.IsDisabled },
                new { Disabled = disabled }
            )
        );
    }
}
