using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>The unit's approval as it was uploaded.</summary>
public static class DownloadApproval
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/invitations/{invitationId}/approval", Handle)
            .Named("DownloadApproval", "Download the unit's approval")
            .RequireAuthorization(Policy.Staff)
            .Produces(200, contentType: "application/octet-stream")
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string invitationId, Database db) =>
        await Execute(db, invitationId) is var file && file.Refused(out var refusal)
            ? Answer.Refuse(refusal)
            : file.Value;

    internal static async Task<Outcome<Download>> Execute(Database db, string invitationId)
    {
        var file = await db.Read(read =>
            read.Find<Row>(
                """
                SELECT invitation.approval_name, file_content.media_type, file_content.sha256, file_content.bytes
                FROM invitation JOIN file_content ON file_content.sha256 = invitation.approval_sha256
                WHERE invitation.id = @invitationId
                """,
                new { invitationId }
            )
        );
        return file is null
            ? Refusals.NotFound
            : new Download(file.ApprovalName, file.MediaType, file.Sha256, file.Bytes);
    }

    sealed record Row
    {
        public string ApprovalName { get; init; } = "";
        public string MediaType { get; init; } = "";
        public string Sha256 { get; init; } = "";
        public byte[] Bytes { get; init; } = [];
    }
}
