using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
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
                $"{IssuedLink.ShownOnce} Also for a guest who does not come: by it people read, correct and erase what is kept about them. Not for a substitute, who has not been written to yet."
            )
            .RequireAuthorization(Policy.Organize)
            .Answers<IssuedLinkView>()
            .AnswersSecrets()
            .Refuses(Refusals.NotFound, Refusals.WrongInvitationStatus, Refusals.GuestForgotten);

    public static Task<Outcome<IssuedLinkView>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        string invitationId
    ) =>
        IssuedLink.Issue(
            db,
            settings,
            caller,
            LinkPurpose.Invitation,
            invitationId,
            async tx =>
            {
                if (await InvitationTable.Lock(tx, invitationId) is not var (row, session))
                    return Refusals.NotFound;
                if (row.ForgottenAt is not null)
                    return Refusals.GuestForgotten; // On the day itself the place stays, and whose it was is nobody's to open.
                // Who has declined, or is not asked any more, is written to no more, and may still ask for the own data.
                return row.State is not InvitationStatus.Standby
                    ? new LinkGrant(row.SessionId, ExpiresAt(session.BeginsAt))
                    : Refusals.WrongInvitationStatus;
            }
        );

    /// <summary>Well after the day: a guest can withdraw a consent, and ask for a copy of the data, after having been there.</summary>
    internal static Instant ExpiresAt(Instant sessionBegins) => sessionBegins + Duration.FromDays(90);
}
