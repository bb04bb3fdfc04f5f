using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Aftermath;

/// <summary>
/// Endorsements: who said what of which company. Organizers record, the guest consents by the personal link and takes it
/// back there; nobody else reads them (广告法 §16 lets no such words into public).
/// </summary>
public static class Endorsements
{
    public sealed record Request(string? InvitationId, string? CompanyId, string? Statement);

    public sealed record Answering(bool? Consents);

    public static void Map(IEndpointRouteBuilder api)
    {
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
        api.MapGet(
                "/sessions/{sessionId}/endorsements",
                async (string sessionId, Database db) => (await Of(db, "session_id", sessionId)).ToOk()
            )
            .Named("ListEndorsements", "List the endorsements of a session")
            .RequireAuthorization(Policy.Organizer)
            .Answers<Page<EndorsementView>>();
        api.MapGet(
                "/invitation/endorsements",
                async (Caller caller, Database db) =>
                    (await Of(db, "invitation_id", caller.LinkTo(LinkPurpose.Invitation)!)).ToOk()
            )
            .Named("ListOwnEndorsements", "What a guest is said to endorse, by a personal link")
            .RequireAuthorization(Policy.Invited)
            .Answers<Page<EndorsementView>>();
        api.MapPut("/invitation/endorsements/{endorsementId}", HandleAnswer)
            .Named(
                "AnswerEndorsement",
                "A guest consents to an endorsement or takes the consent back, by a personal link"
            )
            .RequireAuthorization(Policy.Invited)
            .Answers<EndorsementView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid)
            .Example(new Answering(true));
    }

    static async Task<IResult> Handle(string sessionId, Request request, Caller caller, Database db) =>
        (await Record(db, caller, sessionId, request)).ToCreated(one =>
            $"/api/v1/sessions/{one.SessionId}/endorsements"
        );

    static async Task<Outcome<EndorsementView>> Record(Database db, Caller caller, string sessionId, Request request)
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
                    || await Addressee.Find(tx, request.CompanyId ?? "") is null
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

    static async Task<Outcome<Page<EndorsementView>>> Of(Database db, string column, string id)
    {
        var rows = await db.Read(read =>
            read.All<EndorsementRow>($"{EndorsementRow.Select} WHERE {column} = @id ORDER BY id", new { id })
        );
        return new Page<EndorsementView>([.. rows.Select(EndorsementView.Of)], null);
    }

    static async Task<IResult> HandleAnswer(string endorsementId, Answering request, Caller caller, Database db)
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
                    await Find(tx, endorsementId) is not { } row
                    || row.InvitationId != caller.LinkTo(LinkPurpose.Invitation)
                )
                    return Refusals.NotFound;
                await EndorsementTable.Consent(tx, row, consents, caller.Now);
                return EndorsementView.Of((await Find(tx, endorsementId))!);
            }
        );
        return outcome.ToOk();
    }

    static Task<EndorsementRow?> Find(Statements read, string id) =>
        read.Find<EndorsementRow>($"{EndorsementRow.Select} WHERE id = @id", new { id });
}

/// <param name="Consented">Whether the guest consents as it stands.</param>
public sealed record EndorsementView(
    string Id,
    string SessionId,
    string InvitationId,
    string CompanyId,
    string Statement,
    bool Consented,
    Instant RecordedAt,
    Instant? ConsentedAt,
    Instant? WithdrawnAt,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static EndorsementView Of(EndorsementRow row) =>
        new(
            row.Id,
            row.SessionId,
            row.InvitationId,
            row.CompanyId,
            row.Statement,
            row.ConsentedAt is not null && row.WithdrawnAt is null,
            row.RecordedAt,
            row.ConsentedAt,
            row.WithdrawnAt,
            row.Version
        );
}
