using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>Every change to guests. The audit log says that a person changed, never to what.</summary>
static class GuestTable
{
    /// <summary>The new guest's id; null when the phone number or e-mail address is somebody's already.</summary>
    public static async Task<string?> Add(Tx tx, GuestDraft draft, Instant now)
    {
        var id = TypeId.New("gst", now);
        var added = await tx.Execute(
            """
            INSERT INTO guest (id, kind, name, post, title, specialty, unit, hospital_id, phone, email, created_at, version)
            VALUES (@id, @Kind, @Name, @Post, @Title, @Specialty, @Unit, @HospitalId, @Phone, @Email, @now, 1)
            ON CONFLICT DO NOTHING
            """,
            Columns(draft, id, 0, now)
        );
        if (added == 0)
            return null;
        await tx.Record(now, new Change(id, "guest.added", id, After: Shown(draft)));
        return id;
    }

    /// <summary>False when the guest has changed meanwhile.</summary>
    public static async Task<bool> Change(Tx tx, GuestRow row, GuestDraft draft, Instant now)
    {
        var changed = await tx.Execute(
            """
            UPDATE guest SET kind = @Kind, name = @Name, post = @Post, title = @Title, specialty = @Specialty, unit = @Unit,
                hospital_id = @HospitalId, phone = @Phone, email = @Email, version = version + 1
            WHERE id = @id AND version = @version AND forgotten_at IS NULL
            """,
            Columns(draft, row.Id, row.Version, now)
        );
        if (changed == 1)
            await tx.Record(
                now,
                new Change(
                    row.Id,
                    "guest.changed",
                    row.Id,
                    new
                    {
                        kind = row.Kind,
                        post = row.Post,
                        hospital = row.HospitalId,
                    },
                    Shown(draft)
                )
            );
        return changed == 1;
    }

    /// <summary>
    /// Erases who the guest is and keeps that there was one (PIPL §47): kind, specialty and hospital stay for the counts,
    /// and of the post that it was 主任级, which says no more than the kind; for who came and counted goes on counting, also
    /// where money follows from it.
    /// </summary>
    public static async Task<bool> Forget(Tx tx, string id, Instant now)
    {
        var forgotten = await tx.Execute(
            $"""
            UPDATE guest SET name = '', title = NULL, unit = '', phone = NULL, email = NULL, forgotten_at = @now,
                post = CASE WHEN {InvitationStates.HoldsDirectorPost} THEN @lowestThatCounts END, version = version + 1
            WHERE id = @id AND forgotten_at IS NULL
            """,
            new
            {
                id,
                now,
                lowestThatCounts = Post.DepartmentHead.Word(),
            }
        );
        if (forgotten == 1)
            await tx.Record(now, new Change(id, "guest.forgotten", id));
        return forgotten == 1;
    }

    static object Shown(GuestDraft draft) =>
        new
        {
            kind = draft.Kind.Word(),
            post = draft.Post?.Word(),
            hospital = draft.HospitalId,
        };

    static object Columns(GuestDraft draft, string id, long version, Instant now) =>
        new
        {
            id,
            version,
            Kind = draft.Kind.Word(),
            draft.Name,
            Post = draft.Post?.Word(),
            Title = draft.Title?.Word(),
            draft.Specialty,
            draft.Unit,
            draft.HospitalId,
            draft.Phone,
            draft.Email,
            now,
        };
}
