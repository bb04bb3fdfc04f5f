using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Invitations;

/// <summary>What a guest's link leads to. The first use opens the invitation.</summary>
public static class ShowMyInvitation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/invitation", async (Caller caller, Database db) => (await Execute(db, caller)).ToOk())
            .Named("ShowMyInvitation", "Show the invitation that the link is for")
            .RequireAuthorization(Policy.Invited)
            .Answers<MyInvitationView>()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<MyInvitationView>> Execute(Database db, Caller caller)
    {
        var id = caller.LinkTo(LinkPurpose.Invitation)!;
        var status = await db.Read(read =>
            read.Find<string>("SELECT status FROM invitation WHERE id = @id", new { id })
        );
        if (status is null)
            return Refusals.NotFound;
        if (status != InvitationStatus.Invited.Word())
            return (await db.Read(read => MyInvitationView.Find(read, id)))!;
        return await db.Write<MyInvitationView>(
            caller,
            async tx =>
            {
                await Open(tx, (await InvitationRow.Find(tx, id))!, caller.Now);
                return (await MyInvitationView.Find(tx, id))!;
            }
        );
    }

    /// <summary>Of two uses at once, one opens it and the other finds it open. Answers the invitation as it then is.</summary>
    internal static async Task<InvitationRow> Open(Tx tx, InvitationRow row, Instant now) =>
        row.State is InvitationStatus.Invited && await InvitationTable.Transition(tx, row, InvitationTrigger.Open, now)
            ? (await InvitationRow.Find(tx, row.Id))!
            : row;
}
