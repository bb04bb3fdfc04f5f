using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Hospitals;

/// <summary>Every change to hospitals.</summary>
static class HospitalTable
{
    /// <summary>The new hospital's id; null when one of its codes is registered already.</summary>
    public static async Task<string?> Add(Tx tx, HospitalDraft draft, Instant now)
    {
        var id = TypeId.New("hsp", now);
        var added = await tx.Execute(
            """
            INSERT INTO hospital (id, name, uscc, registration_code, level, grade, certificate, certified_on, created_at, version)
            VALUES (@id, @Name, @Uscc, @RegistrationCode, @Level, @Grade, @Certificate, @CertifiedOn, @now, 1)
            ON CONFLICT DO NOTHING
            """,
            Columns(draft, id, 0, now)
        );
        if (added == 0)
            return null;
        await tx.Record(now, new Change(id, "hospital.added", id, After: Shown(draft)));
        return id;
    }

    /// <summary>False when it has changed meanwhile.</summary>
    public static async Task<bool> Change(Tx tx, HospitalRow row, HospitalDraft draft, Instant now)
    {
        var changed = await tx.Execute(
            """
            UPDATE hospital SET name = @Name, uscc = @Uscc, registration_code = @RegistrationCode, level = @Level, grade = @Grade,
                certificate = @Certificate, certified_on = @CertifiedOn, version = version + 1
            WHERE id = @id AND version = @version
            """,
            Columns(draft, row.Id, row.Version, now)
        );
        if (changed == 1)
            await tx.Record(
                now,
                new Change(
                    row.Id,
                    "hospital.changed",
                    row.Id,
                    new
                    {
                        uscc = row.Uscc,
                        level = row.Level,
                        grade = row.Grade,
                    },
                    Shown(draft)
                )
            );
        return changed == 1;
    }

    static object Shown(HospitalDraft draft) =>
        new
        {
            uscc = draft.Uscc.Value,
            level = draft.Standing.Level.Word(),
            grade = draft.Standing.Grade.Word(),
        };

    static object Columns(HospitalDraft draft, string id, long version, Instant now) =>
        new
        {
            id,
            version,
            draft.Name,
            Uscc = draft.Uscc.Value,
            RegistrationCode = draft.RegistrationCode?.Value,
            Level = draft.Standing.Level.Word(),
            Grade = draft.Standing.Grade.Word(),
            draft.Certificate,
            draft.CertifiedOn,
            now,
        };
}
