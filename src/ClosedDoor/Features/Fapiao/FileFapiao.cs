using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Fapiao;

/// <summary>Finance files the issued fapiao itself, as the tax platform gives it out. A later file takes the place of it.</summary>
public static class FileFapiao
{
    public sealed record Form(IFormFile File);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/fapiaos/{fapiaoId}/file", Handle)
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

    static async Task<IResult> Handle(string fapiaoId, HttpRequest http, Caller caller, Database db)
    {
        var upload = await UploadedFile.Read(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        FingerprintsItself.Add(caller, $"{upload.Value.Sha256}\n{upload.Value.Name}");
        return (await Execute(db, caller, fapiaoId, upload.Value)).ToOk();
    }

    static Task<Outcome<FapiaoView>> Execute(Database db, Caller caller, string fapiaoId, UploadedFile file) =>
        db.Write<FapiaoView>(
            caller,
            async tx =>
            {
                if (await FapiaoTable.Lock(tx, fapiaoId) is not { } row)
                    return Refusals.NotFound;
                if (row.State is not FapiaoStatus.Issued)
                    return Refusals.FapiaoNotIssued;
                await FapiaoTable.Attach(tx, row, file, caller.Now);
                return await FapiaoView.Of(tx, (await FapiaoRow.Find(tx, fapiaoId))!);
            }
        );
}
