using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Companies;

/// <summary>Every change to companies.</summary>
static class CompanyTable
{
    public sealed record Draft(
        string Name,
        SocialCreditCode Uscc,
        string ContactName,
        string ContactEmail,
        string ContactPhone
    );

    /// <summary>The new company's id; null when its social credit code is registered already.</summary>
    public static async Task<string?> Add(Tx tx, Draft draft, Instant now)
    {
        var id = TypeId.New("cmp", now);
        var added = await tx.Execute(
            """
            INSERT INTO company (id, name, uscc, contact_name, contact_email, contact_phone, approved_name, created_at, version)
            VALUES (@id, @Name, @Uscc, @ContactName, @ContactEmail, @ContactPhone, @Name, @now, 1)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                draft.Name,
                Uscc = draft.Uscc.Value,
                draft.ContactName,
                draft.ContactEmail,
                draft.ContactPhone,
                now,
            }
        );
        if (added == 0)
            return null;
        await tx.Record(now, new Change(id, "company.signed_up", id, After: new { uscc = draft.Uscc.Value }));
        return id;
    }

    /// <summary>
    /// Reviewers approve the company: under the name that it goes by now, which is the one that was handed in, since no other
    /// is taken while they have it in hand.
    /// </summary>
    public static Task Approve(Tx tx, string id) =>
        tx.Execute("UPDATE company SET approved_name = name WHERE id = @id", new { id });

    /// <summary>Replaces what a company says of itself. The social credit code stays what it was.</summary>
    public static async Task<bool> Change(Tx tx, CompanyRow row, CompanyRow changed, Instant now)
    {
        var done = await tx.Execute(
            """
            UPDATE company SET name = @Name, contact_name = @ContactName, contact_email = @ContactEmail,
                contact_phone = @ContactPhone, version = version + 1
            WHERE id = @Id AND version = @Version
            """,
            new
            {
                row.Id,
                row.Version,
                changed.Name,
                changed.ContactName,
                changed.ContactEmail,
                changed.ContactPhone,
            }
        );
        if (done == 0)
            return false;
        // The contact is a person, and so is a sole trader by name: the log says that they changed, not to what.
        var contactChanged =
            (row.ContactName, row.ContactEmail, row.ContactPhone)
            != (changed.ContactName, changed.ContactEmail, changed.ContactPhone);
        await tx.Record(
            now,
            new Change(
                row.Id,
                "company.changed",
                row.Id,
                After: new { renamed = row.Name != changed.Name, contactChanged }
            )
        );
        return true;
    }
}
