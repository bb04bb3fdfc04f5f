using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>
/// Every change to invitations. Whoever changes who comes holds the session's row first, so that places are given out
/// one after the other.
/// </summary>
static class InvitationTable
{
    /// <summary>A place and its substitute: the letter with the link goes out.</summary>
    public const string Invited = "invitation.invited.v1";

    /// <summary>The guest's address was corrected: what the right mailbox has to have.</summary>
    public const string Readdressed = "invitation.readdressed.v1";

    /// <summary>An invitation with its session locked; null when there is none.</summary>
    public static async Task<(InvitationRow Row, Sale Session)?> Lock(Tx tx, string id)
    {
        var sessionId = await tx.Find<string>("SELECT session_id FROM invitation WHERE id = @id", new { id });
        if (sessionId is null || await SessionTable.Lock(tx, sessionId) is not { } session)
            return null;
        return ((await InvitationRow.Find(tx, id))!, session);
    }

    /// <summary>The new invitation's id; null when the guest is on the list already.</summary>
    public static async Task<string?> Add(
        Tx tx,
        string sessionId,
        string guestId,
        GuestKind kind,
        InvitationStatus status,
        string? substituteFor,
        Instant now
    )
    {
        var id = TypeId.New("inv", now);
        var number =
            1
            + await tx.Get<long>(
                "SELECT COALESCE(MAX(number), 0) FROM invitation WHERE session_id = @sessionId",
                new { sessionId }
            );
        var added = await tx.Execute(
            """
            INSERT INTO invitation (id, session_id, guest_id, kind, number, status, substitute_for, invited_at, created_at, version)
            VALUES (@id, @sessionId, @guestId, @Kind, @number, @Status, @substituteFor, @InvitedAt, @now, 1)
            ON CONFLICT DO NOTHING
            """,
            new
            {
                id,
                sessionId,
                guestId,
                Kind = kind.Word(),
                number,
                Status = status.Word(),
                substituteFor,
                InvitedAt = status is InvitationStatus.Invited ? now : (Instant?)null,
                now,
            }
        );
        if (added == 0)
            return null;
        await tx.Record(
            now,
            new Change(
                sessionId,
                $"invitation.{status.Word()}",
                id,
                After: new
                {
                    guest = guestId,
                    number,
                    substituteFor,
                }
            )
        );
        if (status is InvitationStatus.Invited)
            await tx.Send(Invited, new Notice(id), now);
        return id;
    }

    /// <summary>False when the trigger is refused in the state that the invitation is in by now.</summary>
    public static async Task<bool> Transition(
        Tx tx,
        InvitationRow row,
        InvitationTrigger trigger,
        Instant now,
        string? note = null
    )
    {
        if (row.State.After(trigger) is not { } to)
            return false;
        // The old state stands in WHERE: of two who use the link at once, one opens it.
        var done = await tx.Execute(
            """
            UPDATE invitation SET status = @To, version = version + 1,
                note = CASE WHEN @Ends = 1 THEN @note ELSE note END,
                invited_at = CASE WHEN @To = 'invited' THEN @now ELSE invited_at END,
                opened_at = CASE WHEN @To = 'opened' THEN @now ELSE opened_at END,
                replied_at = CASE WHEN @Replies = 1 THEN @now ELSE replied_at END
            WHERE id = @Id AND status = @From
            """,
            new
            {
                row.Id,
                From = row.Status,
                To = to.Word(),
                note,
                now,
                Ends = to is InvitationStatus.Declined or InvitationStatus.Withdrawn ? 1L : 0L,
                Replies = trigger is InvitationTrigger.Accept or InvitationTrigger.Decline ? 1L : 0L,
            }
        );
        if (done == 0)
            return false;
        await tx.Record(
            now,
            new Change(
                row.SessionId,
                $"invitation.{to.Word()}",
                row.Id,
                new { status = row.Status },
                new { status = to.Word() }
            )
        );
        if (to is InvitationStatus.Invited)
            await tx.Send(Invited, new Notice(row.Id), now);
        return true;
    }

    public static Task SetAvailability(Tx tx, InvitationRow row, IReadOnlyList<DayPart>? parts, Instant now) =>
        Set(tx, row, "availability = @Value", DayPart.Stored(parts), "invitation.availability_set", now);

    /// <summary>Notes that a reminder is on its way.</summary>
    public static Task Reminded(Tx tx, InvitationRow row, Instant now) =>
        Set(tx, row, "reminded_at = @now", null, "invitation.reminded", now);

    /// <summary>An official's name is, or is no more, shown to the companies that come.</summary>
    public static Task Release(Tx tx, InvitationRow row, bool released, Instant now) =>
        released
            ? Set(tx, row, "released_at = @now", null, "invitation.released", now)
            : Set(tx, row, "released_at = NULL", null, "invitation.release_ended", now);

    /// <summary>Puts the unit's approval on file, in place of an earlier one.</summary>
    public static async Task Approve(Tx tx, InvitationRow row, UploadedFile file, Instant now)
    {
        await FileTable.Keep(tx, file, now);
        await tx.Execute(
            """
            UPDATE invitation SET approval_sha256 = @Sha256, approval_name = @Name, approval_at = @now, version = version + 1
            WHERE id = @Id
            """,
            new
            {
                row.Id,
                file.Sha256,
                file.Name,
                now,
            }
        );
        if (row.ApprovalSha256 is { } earlier && earlier != file.Sha256)
            await FileTable.DropUnused(tx, earlier);
        await tx.Record(
            now,
            new Change(row.SessionId, "invitation.approval_filed", row.Id, After: new { file.Sha256 })
        );
    }

    /// <summary>
    /// Takes what a forgotten guest said or handed in off every invitation. That an approval was on file, and since when,
    /// stays: an official who came with one goes on counting.
    /// </summary>
    public static async Task ForgetGuest(Tx tx, string guestId)
    {
        var files = await tx.All<string>(
            "SELECT approval_sha256 FROM invitation WHERE guest_id = @guestId AND approval_sha256 IS NOT NULL",
            new { guestId }
        );
        await tx.Execute(
            """
            UPDATE invitation SET note = NULL, availability = NULL, approval_name = NULL, approval_sha256 = NULL,
                released_at = NULL, version = version + 1
            WHERE guest_id = @guestId
            """,
            new { guestId }
        );
        foreach (var file in files.Distinct())
            await FileTable.DropUnused(tx, file);
    }

    static async Task Set(Tx tx, InvitationRow row, string what, string? value, string action, Instant now)
    {
        await tx.Execute(
            $"UPDATE invitation SET {what}, version = version + 1 WHERE id = @Id",
            new
            {
                row.Id,
                Value = value,
                now,
            }
        );
        await tx.Record(now, new Change(row.SessionId, action, row.Id));
    }
}
