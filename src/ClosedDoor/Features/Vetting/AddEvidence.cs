using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Vetting;

/// <summary>Takes a file that backs the application: PDF, PNG or JPEG by its content, 10 MB at the most.</summary>
public static class AddEvidence
{
    const int MostFiles = 50;
    const int LongestSupports = 200;

    /// <summary>How the request looks to who reads the API's description; <see cref="UploadedFile.Read(HttpRequest)"/> reads it.</summary>
    /// <param name="File">PDF, PNG or JPEG, 10 MB at the most.</param>
    /// <param name="Supports">What the file supports, in the company's words; <c>claims[0]</c> backs that claim.</param>
    public sealed record Form(IFormFile File, string? Supports);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/vettings/{vettingId}/evidence", Handle)
            .Named("AddEvidence", "Upload a file of evidence")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .TakesFile<Form>()
            .Answers<EvidenceView>(201)
            .Refuses([
                .. UploadDescription.Refused,
                Refusals.NotFound,
                Refusals.FileTypeRefused,
                Refusals.StaleVersion,
                Refusals.WrongVettingStatus,
            ]);

    static async Task<IResult> Handle(string vettingId, HttpRequest http, Caller caller, Database db)
    {
        // Whose vetting it is comes first: nobody else's ten megabytes are read.
        var companyId = await db.Read(read =>
            read.Find<string>("SELECT company_id FROM vetting WHERE id = @vettingId", new { vettingId })
        );
        if (companyId is null || !caller.MaySee(companyId))
            return Answer.Refuse(Refusals.NotFound);
        var upload = await UploadedFile.Read(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);

        var file = upload.Value;
        var supports = file.Fields.GetValueOrDefault("supports");
        FingerprintsItself.Add(caller, $"{file.Sha256}\n{file.Name}\n{supports}");
        return (await Execute(db, caller, vettingId, file, supports)).ToCreated(evidence =>
            $"/api/v1/vettings/{vettingId}/evidence/{evidence.Id}"
        );
    }

    public static async Task<Outcome<EvidenceView>> Execute(
        Database db,
        Caller caller,
        string vettingId,
        UploadedFile file,
        string? supports
    )
    {
        var errors = new FieldErrors();
        supports = errors.OptionalText("supports", supports, LongestSupports);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<EvidenceView>(
            caller,
            async tx =>
            {
                if (await VettingTable.Lock(tx, caller, vettingId) is not { } vetting)
                    return Refusals.NotFound;
                if (caller.Stale(vetting.Version) is { } stale)
                    return stale;
                if (!vetting.State.TakesChanges())
                    return Refusals.WrongVettingStatus;
                if ((await EvidenceRow.Of(tx, vettingId)).Count >= MostFiles)
                {
                    var full = new FieldErrors(); // Of its own: the work may run again, and would say it twice.
                    full.Add("file", $"每次审核至多 {MostFiles} 份文件。", $"At most {MostFiles} files a vetting.");
                    return full.Refusal!;
                }
                var id = await EvidenceTable.Add(tx, vetting, file, supports, caller.Now);
                await VettingTable.Touch(tx, vetting);
                return (await EvidenceRow.Find(tx, vettingId, id))!.ToView();
            }
        );
    }
}
