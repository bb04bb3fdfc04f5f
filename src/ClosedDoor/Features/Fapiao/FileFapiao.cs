using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>The issued fapiao itself, as the tax platform gives it out, for its company to download.</summary>
public static class FileFapiao
{
    public sealed record Form(IFormFile File);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/fapiaos/{fapiaoId}/file", Upload)
            .Named("FileFapiao", "Upload an issued fapiao")
            .RequireAuthorization(Policy.Finance)
            .TakesFile<Form>()
            .Answers<FapiaoView>()
            .Refuses([
                .. UploadDescription.Refused,
                Refusals.NotFound,
                Refusals.FileTypeRefused,
                Refusals.FapiaoNotIssued,
            ]);
        api.MapGet("/fapiaos/{fapiaoId}/file", Give)
            .Named("DownloadFapiao", "Download an issued fapiao")
            .RequireAuthorization(Policy.SignedIn)
            .Produces(200, contentType: "application/octet-stream")
            .Refuses(Refusals.NotFound);
    }

    static async Task<IResult> Upload(string fapiaoId, HttpRequest http, Caller caller, Database db)
    {
        var upload = await UploadedFile.Read(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        FingerprintsItself.Add(caller, $"{upload.Value.Sha256}\n{upload.Value.Name}");
        return (
            await db.Write<FapiaoView>(
                caller,
                async tx =>
                {
                    if (await FapiaoRow.Find(tx, fapiaoId) is not { } row)
                        return Refusals.NotFound;
                    if (row.Number is null)
                        return Refusals.FapiaoNotIssued;
                    await FapiaoTable.Attach(tx, row, upload.Value, caller.Now);
                    return await FapiaoView.Of(tx, (await FapiaoRow.Find(tx, fapiaoId))!);
                }
            )
        ).ToOk();
    }

    static async Task<IResult> Give(string fapiaoId, Caller caller, Database db)
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
