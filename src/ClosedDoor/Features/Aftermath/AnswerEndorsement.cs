using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>A guest consents to an endorsement, or takes the consent back as easily, by the personal link.</summary>
public static class AnswerEndorsement
{
    public sealed record Request(bool? Consents);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut("/invitation/endorsements/{endorsementId}", Handle)
            .Named(
                "AnswerEndorsement",
                "A guest consents to an endorsement or takes the consent back, by a personal link"
            )
            .RequireAuthorization(Policy.Invited)
            .Answers<EndorsementView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion)
            .Example(new Request(true));

    static async Task<IResult> Handle(string endorsementId, Request request, Caller caller, Database db)
    {
        var errors = new FieldErrors();
        var consents = errors.Required("consents", request.Consents);
        if (errors.Refusal is { } invalid)
            return Answer.Refuse(invalid);
        var outcome = await db.Write<EndorsementView>(
            caller,
            async tx =>
            {
                if (
                    await Find(tx, endorsementId, tx.ForUpdate) is not { } row
                    || row.InvitationId != caller.LinkTo(LinkPurpose.Invitation)
                )
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                await EndorsementTable.Consent(tx, row, consents, caller.Now);
                return EndorsementView.Of((await Find(tx, endorsementId))!);
            }
        );
        return outcome.ToOk();
    }

    static Task<EndorsementRow?> Find(Statements read, string id, string held = "") =>
        read.Find<EndorsementRow>($"{EndorsementRow.Select} WHERE id = @id {held}", new { id });
}
