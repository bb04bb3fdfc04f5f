using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

/// <summary>Corrects what is sent and leaves the rest.</summary>
public static class ChangeGuest
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch(
                "/guests/{guestId}",
                async (string guestId, GuestRequest request, Caller caller, Database db) =>
                    (await Execute(db, caller, guestId, request)).ToOk()
            )
            .Named("ChangeGuest", "Correct a guest's data")
            .RequireAuthorization(Policy.Organize)
            .Answers<GuestView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.GuestExists,
                Refusals.GuestForgotten,
                Refusals.WrongInvitationStatus
            )
            .Example(new GuestRequest(Post: Post.DepartmentHead));

    public static Task<Outcome<GuestView>> Execute(Database db, Caller caller, string guestId, GuestRequest request) =>
        db.Write<GuestView>(
            caller,
            async tx =>
                await Lay(tx, caller, guestId, request, caller.Now) is { } refusal
                    ? refusal
                    : (await GuestView.Find(tx, guestId))!
        );

    /// <summary>Lays the change over what is on record; null when it was taken.</summary>
    internal static async Task<Refusal?> Lay(
        Tx tx,
        Caller caller,
        string guestId,
        GuestRequest request,
        NodaTime.Instant now
    )
    {
        if (await Take(tx, guestId) is not { } row)
            return Refusals.NotFound;
        if (caller.Stale(row.Version) is { } stale)
            return stale;
        if (row.ForgottenAt is not null)
            return Refusals.GuestForgotten;
        var over = row.ToRequest();
        var laid = new GuestRequest(
            request.Kind ?? over.Kind,
            request.Name ?? over.Name,
            request.Post ?? over.Post,
            request.Title ?? over.Title,
            request.Specialty ?? over.Specialty,
            request.Unit ?? over.Unit,
            request.HospitalId ?? over.HospitalId,
            request.Phone ?? over.Phone,
            request.Email ?? over.Email
        );
        var draft = GuestDraft.From(laid, await AddGuest.HospitalName(tx, laid.HospitalId));
        if (draft.Refused(out var invalid))
            return invalid;
        if (draft.Value.Kind.Word() != row.Kind && await IsInvited(tx, guestId))
            return Refusals.WrongInvitationStatus.Because(
                "嘉宾已在场次名单中，类别不可更改。",
                "The guest is on a session's list: the kind stays."
            );
        if (await IsTaken(tx, guestId, draft.Value))
            return Refusals.GuestExists;
        return await GuestTable.Change(tx, row, draft.Value, now) ? null : Refusals.StaleVersion;
    }

    /// <summary>The guest with the row locked.</summary>
    static async Task<GuestRow?> Take(Tx tx, string guestId)
    {
        // PostgreSQL cannot lock through an outer join: the row is locked by itself and then read with its hospital.
        await tx.Find<string>($"SELECT id FROM guest WHERE id = @guestId {tx.ForUpdate}", new { guestId });
        return await tx.Find<GuestRow>($"{GuestRow.Select} WHERE guest.id = @guestId", new { guestId });
    }

    static async Task<bool> IsInvited(Tx tx, string guestId) =>
        await tx.Find<string>(
            "SELECT id FROM invitation WHERE guest_id = @guestId AND status IN ('standby', 'invited', 'opened', 'accepted') LIMIT 1",
            new { guestId }
        )
            is not null;

    static async Task<bool> IsTaken(Tx tx, string guestId, GuestDraft draft) =>
        await tx.Find<string>(
            "SELECT id FROM guest WHERE id <> @guestId AND (phone = @Phone OR email = @Email) LIMIT 1",
            new
            {
                guestId,
                Phone = draft.Phone ?? "",
                Email = draft.Email ?? "",
            }
        )
            is not null;
}
