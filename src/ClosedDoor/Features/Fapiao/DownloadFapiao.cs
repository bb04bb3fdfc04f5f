using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>The issued fapiao itself, for its company to keep.</summary>
public static class DownloadFapiao
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/fapiaos/{fapiaoId}/file", Handle)
            .Named("DownloadFapiao", "Download an issued fapiao")
            .RequireAuthorization(Policy.SignedIn)
            .Produces(200, contentType: "application/octet-stream")
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string fapiaoId, Caller caller, Database db)
    {
        var file = await db.Read(read =>
            read.Find<Row>(
                """
                SELECT fapiao.company_id, fapiao.file_name, file_content.media_type, file_content.sha256, file_content.bytes
                FROM fapiao JOIN file_content ON file_content.sha256 = fapiao.file_sha256
                WHERE fapiao.id = @fapiaoId
                """,
                new { fapiaoId }
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
