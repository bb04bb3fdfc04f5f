using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>Corrects what is sent and leaves the rest.</summary>
public static class ChangeGuest
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch(
                "/guests/{guestId}",
                async (string guestId, GuestRequest request, Caller caller, Database db, KnownTokens tokens) =>
                    (await Execute(db, tokens, caller, guestId, request)).ToOk()
            )
            .Named("ChangeGuest", "Correct a guest's data")
            .WithDescription(
                "Another e-mail address ends the links that were sent to the former one; invitations and tickets of sessions to come are sent to it anew. Who has declined is not written to: a link is made where one is asked for."
            )
            .RequireAuthorization(Policy.Organize)
            .Answers<GuestView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.GuestExists,
                Refusals.GuestForgotten,
                Refusals.WrongInvitationStatus,
                Refusals.GuestListFull
            )
            .Example(new GuestRequest(Post: Post.DepartmentHead));

    public static async Task<Outcome<GuestView>> Execute(
        Database db,
        KnownTokens tokens,
        Caller caller,
        string guestId,
        GuestRequest request
    )
    {
        var outcome = await db.Write<GuestView>(
            caller,
            async tx =>
                await Lay(tx, caller, guestId, request, caller.Now) is { } refusal
                    ? refusal
                    : (await GuestView.Find(tx, guestId))!
        );
        tokens.Forget(); // A corrected address has ended links.
        return outcome;
    }

    /// <summary>
    /// Lays the change over what is on record; null when it was taken. Afterwards <see cref="KnownTokens.Forget"/>: links end
    /// where the e-mail address is corrected.
    /// </summary>
    internal static async Task<Refusal?> Lay(Tx tx, Caller caller, string guestId, GuestRequest request, Instant now)
    {
        // Sessions before the guest, as everywhere: whoever gives out places holds them.
        var sessions = (request.HospitalId ?? request.Email) is null ? [] : await SessionsAhead(tx, guestId, now);
        foreach (var sessionId in sessions)
            await SessionTable.Lock(tx, sessionId);
        if (await Lock(tx, guestId) is not { } row)
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
        if (await IsTaken(tx, guestId, draft.Value.Phone, draft.Value.Email))
            return Refusals.GuestExists;
        if (draft.Value.HospitalId != row.HospitalId)
            foreach (var sessionId in sessions)
                if (await NoPlace(tx, sessionId, guestId, draft.Value.HospitalId) is { } full)
                    return full;
        if (!await GuestTable.Change(tx, row, draft.Value, now))
            return Refusals.StaleVersion;
        if (draft.Value.Email != row.Email)
            await TellCorrectedAddress.Follow(tx, caller, row, now);
        return null;
    }

    /// <summary>Sessions still to come in which the guest takes a place.</summary>
    static Task<List<string>> SessionsAhead(Tx tx, string guestId, Instant now) =>
        tx.All<string>(
            $"""
            SELECT session.id FROM session JOIN invitation ON invitation.session_id = session.id
            WHERE invitation.guest_id = @guestId AND {InvitationStates.TakesPlace} AND session.begins_at > @now
            ORDER BY session.id
            """,
            new { guestId, now }
        );

    /// <summary>Null when the session has a place for the hospital that the guest comes from now: of a full list it may be one too many.</summary>
    static async Task<Refusal?> NoPlace(Tx tx, string sessionId, string guestId, string? hospitalId)
    {
        var taken = await PlacesTaken.Of(tx, sessionId);
        var own = taken.Rows.FirstOrDefault(row => row.GuestId == guestId && row.State.TakesPlace());
        return own is null ? null : taken.Refuse(own.ToInvitee() with { HospitalId = hospitalId });
    }

    /// <summary>The guest with the row locked.</summary>
    internal static async Task<GuestRow?> Lock(Tx tx, string guestId)
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

    /// <summary>Whether another guest of the register has one of them.</summary>
    internal static async Task<bool> IsTaken(Tx tx, string guestId, string? phone, string? email) =>
        await tx.Find<string>(
            "SELECT id FROM guest WHERE id <> @guestId AND (phone = @Phone OR email = @Email) LIMIT 1",
            new
            {
                guestId,
                Phone = phone ?? "",
                Email = email ?? "",
            }
        )
            is not null;
}
