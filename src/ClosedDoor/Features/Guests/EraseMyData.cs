using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Guests;

/// <summary>Erases the guest by the guest's own word, at once: nobody has to be asked (PIPL §47).</summary>
public static class EraseMyData
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete(
                "/invitation/data",
                async (Caller caller, Database db, KnownTokens tokens) =>
                    (await Execute(db, tokens, caller)).ToNoContent()
            )
            .Named("EraseMyData", "Erase all that is kept about the guest")
            .WithDescription(
                "At once and for good: places still to come are given up, consents are withdrawn, and this link ends."
            )
            .RequireAuthorization(Policy.Invited)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.GuestForgotten);

    public static async Task<Outcome<GuestView>> Execute(Database db, KnownTokens tokens, Caller caller)
    {
        var outcome = await db.Write<GuestView>(
            caller,
            async tx =>
                await InvitationRow.Find(tx, caller.LinkTo(LinkPurpose.Invitation)!) is { } own
                    ? await ForgetGuest.Whole(tx, caller, own.GuestId)
                    : Refusals.NotFound
        );
        tokens.Forget();
        return outcome;
    }
}
