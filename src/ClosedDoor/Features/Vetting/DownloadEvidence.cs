using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Vetting;

/// <summary>A file of evidence as it was uploaded, to the company itself and to organizers.</summary>
public static class DownloadEvidence
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/vettings/{vettingId}/evidence/{evidenceId}", Handle)
            .Named("DownloadEvidence", "Download a file of evidence")
            .RequireAuthorization(Policy.SignedIn)
            .Produces(200, contentType: "application/octet-stream")
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string vettingId, string evidenceId, Caller caller, Database db)
    {
        var file = await db.Read(read =>
            read.Find<Row>(
                """
                SELECT vetting.company_id, evidence.file_name, file_content.media_type, file_content.sha256, file_content.bytes
                FROM evidence JOIN vetting ON vetting.id = evidence.vetting_id
                    JOIN file_content ON file_content.sha256 = evidence.file_sha256
                WHERE evidence.id = @evidenceId AND evidence.vetting_id = @vettingId
                """,
                new { vettingId, evidenceId }
            )
        );
        return file is not null && caller.MaySee(file.CompanyId)
            ? new Download(file.FileName, file.MediaType, file.Sha256, file.Bytes)
            : Answer.Refuse(Refusals.NotFound);
    }

    sealed record Row
    {
        public string CompanyId { get; init; } = "";
        public string FileName { get; init; } = "";
        public string MediaType { get; init; } = "";
        public string Sha256 { get; init; } = "";
        public byte[] Bytes { get; init; } = [];
    }
}
