using ClosedDoor.Domain;
using ClosedDoor.Features.Guests;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>
/// Asks guests to a session, or names them as substitutes. All of them or none: what stands in the way is said for each.
/// </summary>
public static class InviteGuests
{
    const int Most = 200;

    /// <param name="GuestIds">Whom, in the order of the list.</param>
    /// <param name="Substitutes">Whether they stand by and are written to when a place gets free.</param>
    /// <param name="SubstituteFor">The invitation whose place they take first; implies <c>substitutes</c>.</param>
    public sealed record Request(string[]? GuestIds, bool? Substitutes = null, string? SubstituteFor = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/sessions/{sessionId}/invitations",
                async (string sessionId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, request)).ToOk()
            )
            .Named("InviteGuests", "Invite guests, or name them as substitutes")
            .RequireAuthorization(Policy.Organize)
            .Answers<InvitationsView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.WrongSessionStatus,
                Refusals.SessionBegun,
                Refusals.WrongInvitationStatus,
                Refusals.AlreadyInvited,
                Refusals.GuestForgotten,
                Refusals.GuestUnderRank,
                Refusals.HospitalNotGradeA,
                Refusals.GuestListFull
            )
            .Example(new Request(["gst_01khws5mbcf5rtnyjcg1a9w9j6"]));

    public static async Task<Outcome<InvitationsView>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var guestIds = request.GuestIds ?? [];
        if (guestIds.Length is 0 or > Most)
            errors.Add("guestIds", $"请选择 1 至 {Most} 位嘉宾。", $"Choose 1 to {Most} guests.");
        else if (guestIds.Distinct().Count() < guestIds.Length)
            errors.Add("guestIds", "同一嘉宾出现了两次。", "The same guest is listed twice.");
        if (errors.Refusal is { } invalid)
            return invalid;
        var standby = request.Substitutes is true || request.SubstituteFor is not null;

        return await db.Write<InvitationsView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } session)
                    return Refusals.NotFound;
                if (GuestGate.CheckAhead(session, caller.Now) is { } tooLate)
                    return tooLate;
                if (await RefusesSubstitutesFor(tx, sessionId, request.SubstituteFor) is { } noPlace)
                    return noPlace;

                var refused = new FieldErrors(); // Of its own: the work may run again, and would say everything twice.
                Refusal? first = null;
                var made = new List<string>();
                for (var i = 0; i < guestIds.Length; i++)
                {
                    var one = await Invite(tx, caller, session, guestIds[i], standby, request.SubstituteFor);
                    if (one.Refused(out var refusal))
                    {
                        first ??= refusal;
                        refused.Add($"guestIds[{i}]", refusal.Detail ?? Problems.TitleOf(refusal));
                    }
                    else
                        made.Add(one.Value);
                }
                if (first is not null)
                    return first with { Fields = refused.Refusal!.Fields };

                var views = new List<InvitationView>();
                foreach (var id in made)
                    views.Add((await InvitationView.Find(tx, id))!);
                return new InvitationsView(views);
            }
        );
    }

    static async Task<Outcome<string>> Invite(
        Tx tx,
        Caller caller,
        Sale session,
        string guestId,
        bool standby,
        string? substituteFor
    )
    {
        var guest = await tx.Find<GuestRow>($"{GuestRow.Select} WHERE guest.id = @guestId", new { guestId });
        if (guest is null)
            return Refusals.NotFound;
        if (guest.ForgottenAt is not null)
            return Refusals.GuestForgotten;
        if (GuestGate.Check(guest.Rank) is { } gate)
            return gate;
        if (!standby)
        {
            var taken = await PlacesTaken.Of(tx, session.SessionId);
            if (taken.Rows.Any(row => row.GuestId == guestId && row.State.TakesPlace()))
                return Refusals.AlreadyInvited;
            var invitee = new Invitee("", 0, InvitationStatus.Invited, guest.Rank.Kind, guest.HospitalId, null);
            if (taken.Refuse(invitee) is { } full)
                return full;
        }
        return
            await InvitationTable.Add(
                tx,
                session.SessionId,
                guestId,
                guest.Rank.Kind,
                standby ? InvitationStatus.Standby : InvitationStatus.Invited,
                substituteFor,
                caller.Now
            )
                is { } id
            ? id
            : Refusals.AlreadyInvited;
    }

    static async Task<Refusal?> RefusesSubstitutesFor(Tx tx, string sessionId, string? invitationId)
    {
        if (invitationId is null)
            return null;
        if (await InvitationRow.Find(tx, invitationId) is not { } place || place.SessionId != sessionId)
            return Refusals.NotFound;
        return place.State.TakesPlace() ? null : Refusals.WrongInvitationStatus;
    }
}

/// <summary>Invitations that were made together.</summary>
public sealed record InvitationsView(IReadOnlyList<InvitationView> Items);
