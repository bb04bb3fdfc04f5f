using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Files;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Invitations;

/// <summary>Puts the unit's approval 单位批准文件 on file: without it an official does not count (公务员法 §59).</summary>
public static class FileApproval
{
    /// <param name="File">PDF, PNG or JPEG, 10 MB at the most.</param>
    public sealed record Form(IFormFile File);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/invitations/{invitationId}/approval", Handle)
            .Named("FileApproval", "Put the unit's approval on file")
            .RequireAuthorization(Policy.Organize)
            .TakesFile<Form>()
            .Answers<InvitationView>()
            .Refuses([
                .. UploadDescription.Refused,
                Refusals.NotFound,
                Refusals.FileTypeRefused,
                Refusals.WrongInvitationStatus,
            ]);

    static async Task<IResult> Handle(string invitationId, HttpRequest http, Caller caller, Database db)
    {
        var upload = await UploadedFile.Read(http);
        if (upload.Refused(out var refusal))
            return Answer.Refuse(refusal);
        FingerprintsItself.Add(caller, $"{upload.Value.Sha256}\n{upload.Value.Name}");
        return (await Execute(db, caller, invitationId, upload.Value)).ToOk();
    }

    public static Task<Outcome<InvitationView>> Execute(
        Database db,
        Caller caller,
        string invitationId,
        UploadedFile file
    ) =>
        db.Write<InvitationView>(
            caller,
            async tx =>
            {
                if (await InvitationTable.Lock(tx, invitationId) is not var (row, _))
                    return Refusals.NotFound;
                if (row.State is InvitationStatus.Declined or InvitationStatus.Withdrawn)
                    return Refusals.WrongInvitationStatus;
                await InvitationTable.Approve(tx, row, file, caller.Now);
                return (await InvitationView.Find(tx, invitationId))!;
            }
        );
}
