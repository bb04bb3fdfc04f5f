using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>Another link to the same invitation, for a guest who is reached by other means than mail.</summary>
public static class IssueInvitationLink
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/invitations/{invitationId}/links",
                async (string invitationId, Caller caller, Database db, Settings settings) =>
                    (await Execute(db, settings, caller, invitationId)).ToOk()
            )
            .Named("IssueInvitationLink", "Make a personal link, which is shown once")
            .WithDescription(
                "The link is in this answer alone. It is not stored, so an idempotent repetition answers without it."
            )
            .RequireAuthorization(Policy.Organize)
            .Answers<InvitationLinkView>()
            .AnswersSecrets()
            .Refuses(Refusals.NotFound, Refusals.WrongInvitationStatus);

    public static async Task<Outcome<InvitationLinkView>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        string invitationId
    )
    {
        var token = PersonalLinkTable.NewToken();
        var outcome = await db.Write<InvitationLinkView>(
            caller,
            async tx =>
            {
                if (await InvitationTable.Take(tx, invitationId) is not var (row, session))
                    return Refusals.NotFound;
                if (!row.State.TakesPlace())
                    return Refusals.WrongInvitationStatus;
                var expires = ExpiresAt(session.BeginsAt);
                var id = await PersonalLinkTable.Issue(
                    tx,
                    LinkPurpose.Invitation,
                    invitationId,
                    token,
                    expires,
                    caller.Now
                );
                await tx.Record(
                    caller.Now,
                    new Change(row.SessionId, "invitation.link_issued", invitationId, After: new { link = id })
                );
                return new InvitationLinkView(id, expires, null, null);
            }
        );
        return outcome.Then<InvitationLinkView>(view =>
            caller.Replayed
                ? view
                : view with
                {
                    Url = Links.Personal(settings, LinkPurpose.Invitation, token),
                    Token = token,
                }
        );
    }

    /// <summary>Well after the day: a guest can withdraw a consent, and ask for a copy of the data, after having been there.</summary>
    internal static Instant ExpiresAt(Instant sessionBegins) => sessionBegins + Duration.FromDays(90);
}

/// <param name="Url">What the guest opens; in the first answer alone.</param>
/// <param name="Token">The token in it, for <c>Authorization: Bearer</c>.</param>
public sealed record InvitationLinkView(string Id, Instant ExpiresAt, string? Url, string? Token);
