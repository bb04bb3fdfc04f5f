using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>Ends all links to an invitation, such as after a mail went to the wrong person.</summary>
public static class RevokeInvitationLinks
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete(
                "/invitations/{invitationId}/links",
                async (string invitationId, Caller caller, Database db, KnownTokens tokens) =>
                    (await Execute(db, tokens, caller, invitationId)).ToNoContent()
            )
            .Named("RevokeInvitationLinks", "Revoke all links to an invitation")
            .RequireAuthorization(Policy.Organize)
            .AnswersNothing()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<bool>> Execute(Database db, KnownTokens tokens, Caller caller, string invitationId)
    {
        var outcome = await db.Write<bool>(
            caller,
            async tx =>
            {
                if (await InvitationRow.Find(tx, invitationId) is not { } row)
                    return Refusals.NotFound;
                var revoked = await PersonalLinkTable.Revoke(tx, LinkPurpose.Invitation, invitationId, caller.Now);
                if (revoked > 0)
                    await tx.Record(
                        caller.Now,
                        new Change(row.SessionId, "invitation.links_revoked", invitationId, After: new { revoked })
                    );
                return true;
            }
        );
        tokens.Forget();
        return outcome;
    }
}
