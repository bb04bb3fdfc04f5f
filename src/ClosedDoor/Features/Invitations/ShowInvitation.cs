using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

public static class ShowInvitation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/invitations/{invitationId}",
                async (string invitationId, Database db) => (await Execute(db, invitationId)).ToOk()
            )
            .Named("ShowInvitation", "Show an invitation")
            .RequireAuthorization(Policy.Staff)
            .Answers<InvitationView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<InvitationView>> Execute(Database db, string invitationId) =>
        await db.Read(read => InvitationView.Find(read, invitationId)) is { } view ? view : Refusals.NotFound;
}
