using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Conflicts;

/// <summary>A guest declares conflicts of interest (回避) with companies that come, by the personal link.</summary>
public static class DeclareOwnConflicts
{
    public sealed record Request(string? CompanyId, string[]? Kinds, string? Note = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/invitation/conflicts",
                async (Request[] request, Caller caller, Database db) => (await Execute(db, caller, request)).ToOk()
            )
            .Named("DeclareOwnConflicts", "A guest declares conflicts of interest, by a personal link")
            .RequireAuthorization(Policy.Invited)
            .Answers<Page<GuestConflictView>>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new[] { new Request("cmp_01khws5mbcf5rtnyjcg1a9w9j6", ["paid_advice"], "曾任顾问") });

    public static async Task<Outcome<Page<GuestConflictView>>> Execute(Database db, Caller caller, Request[] request)
    {
        var errors = new FieldErrors();
        var declared = Declaration.Each(
            errors,
            request,
            one => (one?.CompanyId, one?.Kinds, one?.Note),
            "companyId",
            "cmp"
        );
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<Page<GuestConflictView>>(
            caller,
            async tx =>
            {
                if (
                    caller.LinkTo(LinkPurpose.Invitation) is not { } id
                    || await InvitationRow.Find(tx, id) is not { } seen
                )
                    return Refusals.NotFound;
                await CallOffMeetings.LockSessions(
                    tx,
                    seen.SessionId,
                    declared.Where(one => one.Declared.Kinds.Count > 0).Select(one => new Pair(seen.GuestId, one.Id))
                );
                if (
                    await InvitationTable.Lock(tx, id) is not var (invitation, _)
                    || invitation.State is not InvitationStatus.Accepted
                )
                    return Refusals.NotFound;
                var pairs = await ConflictBook.Of(tx, invitation.SessionId, guestId: invitation.GuestId);
                if (declared.Any(one => !pairs.Exists(pair => pair.CompanyId == one.Id)))
                    return Refusals.NotFound;
                await ConflictTable.Declare(
                    tx,
                    invitation.SessionId,
                    MeetingSide.Guest,
                    [.. declared.Select(one => (new Pair(invitation.GuestId, one.Id), one.Declared))],
                    caller.Now
                );
                return await ShowOwnConflicts.Shown(tx, invitation);
            }
        );
    }
}
