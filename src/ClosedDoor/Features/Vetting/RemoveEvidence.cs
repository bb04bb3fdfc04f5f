using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Vetting;

/// <summary>Takes a file back, as long as no reviewer decides on it. If-Match is held against the file's own tag.</summary>
public static class RemoveEvidence
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapDelete(
                "/vettings/{vettingId}/evidence/{evidenceId}",
                async (string vettingId, string evidenceId, Caller caller, Database db) =>
                    (await Execute(db, caller, vettingId, evidenceId)).ToNoContent()
            )
            .Named("RemoveEvidence", "Remove a file of evidence")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .AnswersNothing()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.WrongVettingStatus);

    public static Task<Outcome<bool>> Execute(Database db, Caller caller, string vettingId, string evidenceId) =>
        db.Write<bool>(
            caller,
            async tx =>
            {
                if (
                    await VettingTable.Lock(tx, caller, vettingId) is not { } vetting
                    || await EvidenceRow.Find(tx, vettingId, evidenceId) is not { } evidence
                )
                    return Refusals.NotFound;
                if (caller.Stale(evidence.Sha256) is { } stale)
                    return stale;
                if (!vetting.State.TakesChanges())
                    return Refusals.WrongVettingStatus;
                await EvidenceTable.Remove(tx, vetting, evidence, caller.Now);
                await VettingTable.Touch(tx, vetting);
                return true;
            }
        );
}
