using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Aftermath;

/// <summary>
/// Who said what of which company. It counts once the guest consents by the personal link; nobody else reads it
/// (广告法 §16 lets no such words into public).
/// </summary>
public static class RecordEndorsement
{
    public sealed record Request(string? InvitationId, string? CompanyId, string? Statement);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sessions/{sessionId}/endorsements", Handle)
            .Named("RecordEndorsement", "Record what a guest says of a company; it counts once the guest consents")
            .RequireAuthorization(Policy.Organize)
            .Answers<EndorsementView>(201)
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(
                new Request(
                    "inv_01khws5mbcf5rtnyjcg1a9w9j6",
                    "cmp_01khws5mbcf5rtnyjcg1a9w9j6",
                    "愿在课题范围内提供学术指导。"
                )
            );

    static async Task<IResult> Handle(string sessionId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, sessionId, request)).ToCreated(one =>
            $"/api/v1/sessions/{one.SessionId}/endorsements"
        );

    public static async Task<Outcome<EndorsementView>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var statement = errors.Lines("statement", request.Statement, 1000);
        if (errors.Refusal is { } invalid)
            return invalid;
        var hash = EndorsementTable.HashOf(statement);
        return await db.Write<EndorsementView>(
            caller,
            async tx =>
            {
                if (
                    await InvitationRow.Find(tx, request.InvitationId ?? "") is not { } invitation
                    || invitation.SessionId != sessionId
                    || !await CompanyRow.Exists(tx, request.CompanyId ?? "")
                )
                    return Refusals.NotFound;
                var row = new EndorsementRow
                {
                    Id = TypeId.New("end", caller.Now),
                    SessionId = sessionId,
                    InvitationId = invitation.Id,
                    CompanyId = request.CompanyId!,
                    Statement = statement,
                    StatementSha256 = hash,
                    RecordedBy = caller.Actor,
                    RecordedAt = caller.Now,
                };
                await EndorsementTable.Add(tx, row, caller.Now);
                return EndorsementView.Of(row);
            }
        );
    }
}
