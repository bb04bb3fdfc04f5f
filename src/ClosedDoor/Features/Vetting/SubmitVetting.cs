using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Vetting;

/// <summary>Hands a complete application to the reviewers, for the first time or after they asked for more.</summary>
public static class SubmitVetting
{
    public const string Submitted = "vetting.submitted.v1";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/vettings/{vettingId}/submit",
                async (string vettingId, Caller caller, Database db) => (await Execute(db, caller, vettingId)).ToOk()
            )
            .Named("SubmitVetting", "Submit a vetting for review")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<VettingView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.WrongVettingStatus, Refusals.VettingIncomplete);

    public static Task<Outcome<VettingView>> Execute(Database db, Caller caller, string vettingId) =>
        db.Write<VettingView>(
            caller,
            async tx =>
            {
                if (await VettingTable.Lock(tx, caller, vettingId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State.After(VettingTrigger.Submit) is null)
                    return Refusals.WrongVettingStatus;
                if (await Completeness.Check(tx, row, caller) is { } incomplete)
                    return incomplete;
                // From here to their decision the company's name stays: whoever changes it holds its row.
                await CompanyRow.Lock(tx, row.CompanyId);
                if (await VettingTable.Transition(tx, row, VettingTrigger.Submit, caller.Now) is not { } submitted)
                    return Refusals.WrongVettingStatus;
                await tx.Send(Submitted, new Notice(row.Id), caller.Now);
                return await VettingView.Of(tx, submitted, caller, tx.Settings);
            }
        );
}

static class Completeness
{
    /// <summary>What the application still lacks today, with the files uploaded so far; null when it is complete.</summary>
    public static async Task<Refusal?> Check(Statements db, VettingRow row, Caller caller)
    {
        var evidence = await EvidenceRow.Of(db, row.Id);
        return row.ReadApplication().Missing(Zones.Today(caller.Now), [.. evidence.Select(file => file.ToEvidence())]);
    }
}
