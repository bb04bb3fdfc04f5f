using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>Takes a consent back, as easily as it was given (PIPL §15): in any state, without a reason.</summary>
public static class WithdrawConsent
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete(
                "/invitation/consents/{kind}",
                async (string kind, Caller caller, Database db) => (await Execute(db, caller, kind)).ToOk()
            )
            .Named("WithdrawConsent", "Withdraw a consent")
            .RequireAuthorization(Policy.Invited)
            .Answers<MyInvitationView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<MyInvitationView>> Execute(Database db, Caller caller, string kind)
    {
        if (Words.TryParse<ConsentKind>(kind) is not { } parsed)
            return Refusals.NotFound;
        return await db.Write<MyInvitationView>(
            caller,
            async tx =>
            {
                var id = caller.LinkTo(LinkPurpose.Invitation)!;
                if (await InvitationRow.Find(tx, id) is not { } row)
                    return Refusals.NotFound;
                await ConsentTable.Withdraw(tx, row, parsed, caller.Now);
                return (await MyInvitationView.Find(tx, id))!;
            }
        );
    }
}
