using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>Agrees to one thing, in the words whose hash is sent.</summary>
public static class GiveConsent
{
    /// <param name="Kind">What is agreed to.</param>
    /// <param name="TextSha256">Of the words that were shown: another version's is refused, since nobody agrees to what was not read.</param>
    public sealed record Request(ConsentKind? Kind, string? TextSha256);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/invitation/consents",
                async (Request request, Caller caller, Database db) => (await Execute(db, caller, request)).ToOk()
            )
            .Named("GiveConsent", "Give a consent or the integrity pledge")
            .RequireAuthorization(Policy.Invited)
            .Answers<MyInvitationView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.ConsentTextChanged, Refusals.WrongInvitationStatus)
            .Example(new Request(ConsentKind.Photo, ConsentText.Of(ConsentKind.Photo).Sha256));

    public static async Task<Outcome<MyInvitationView>> Execute(Database db, Caller caller, Request request)
    {
        var errors = new FieldErrors();
        var kind = errors.Required("kind", request.Kind);
        errors.Text("textSha256", request.TextSha256, 64);
        if (errors.Refusal is { } invalid)
            return invalid;
        var text = ConsentText.Of(kind);
        if (request.TextSha256 != text.Sha256)
            return Refusals.ConsentTextChanged;
        return await db.Write<MyInvitationView>(
            caller,
            async tx =>
            {
                var id = caller.LinkTo(LinkPurpose.Invitation)!;
                if (await InvitationTable.Lock(tx, id) is not var (row, _))
                    return Refusals.NotFound;
                if (!row.State.TakesPlace())
                    return Refusals.WrongInvitationStatus;
                await ConsentTable.Give(tx, row, text, caller.Now);
                return (await MyInvitationView.Find(tx, id))!;
            }
        );
    }
}
