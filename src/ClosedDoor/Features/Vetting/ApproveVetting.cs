using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// Approves a vetting for twelve months, or until its first certificate expires. Where two reviewers are asked for, the
/// first approval is a sign-off, and the second, by another person, decides.
/// </summary>
public static class ApproveVetting
{
    public const string Approved = "vetting.approved.v1";

    const int LongestNote = 2000;

    /// <param name="Note">For the reviewers; the company is not told it.</param>
    public sealed record Request(ScoresRequest? Scores, string? Note = null);

    /// <summary>Each from 0 to 100.</summary>
    public sealed record ScoresRequest(
        int? Technology,
        int? ExpertBacking,
        int? CompanyStrength,
        int? CooperationModel
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/vettings/{vettingId}/approve",
                async (string vettingId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, vettingId, request)).ToOk()
            )
            .Named("ApproveVetting", "Approve a vetting, with its scorecard")
            .RequireAuthorization(Policy.Review)
            .Answers<VettingView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongVettingStatus,
                Refusals.VettingIncomplete,
                Refusals.SecondReviewerNeeded,
                Refusals.CreditBlocked,
                Refusals.CreditQueryNeeded
            )
            .Example(new Request(new(85, 80, 75, 90), "材料已核对。"));

    public static async Task<Outcome<VettingView>> Execute(
        Database db,
        Caller caller,
        string vettingId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var scores = new Scorecard(
            Score("technology", request.Scores?.Technology),
            Score("expertBacking", request.Scores?.ExpertBacking),
            Score("companyStrength", request.Scores?.CompanyStrength),
            Score("cooperationModel", request.Scores?.CooperationModel)
        );
        var note = errors.OptionalLines("note", request.Note, LongestNote);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<VettingView>(
            caller,
            async tx =>
            {
                var today = Zones.Today(caller.Now);
                if (await VettingTable.Lock(tx, caller, vettingId) is not { } row)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (row.State.After(VettingTrigger.Approve) is null)
                    return Refusals.WrongVettingStatus;
                // A certificate may have run out since the submission.
                if (await Completeness.Check(tx, row, caller) is { } incomplete)
                    return incomplete;
                // A credit query that is being recorded for the earlier approval holds its row: wait, and read it.
                await VettingTable.LockApproved(tx, row.CompanyId);
                var credit = (await CreditQueryTable.Latest(tx, row.CompanyId))?.ToRecord();
                var senior = caller.May(Permission.Owner);
                if (CreditRule.Check(credit, tx.Settings.CreditQueryRequired, senior, today) is { } blocked)
                    return blocked;

                if (tx.Settings.TwoReviewers)
                {
                    var reviewer = await Person.Behind(tx, caller.Actor);
                    if (row.FirstReviewer == reviewer)
                        return Refusals.SecondReviewerNeeded;
                    if (row.FirstReviewer is null)
                        return await VettingTable.SignOff(tx, row, reviewer, scores, caller.Now) is { } signed
                            ? await VettingView.Of(tx, signed, caller, tx.Settings)
                            : Refusals.WrongVettingStatus;
                }

                var expiry = row.ReadApplication().FirstCertificateExpiry;
                var decision = new VettingTable.Decision(
                    VettingReason.CriteriaMet,
                    note,
                    scores,
                    VettingValidity.Through(today, expiry),
                    expiry
                );
                // Before anything is recorded: whoever renames the company holds its row, and then its chain, too.
                await CompanyTable.Approve(tx, row.CompanyId);
                await VettingTable.Replace(tx, row.CompanyId, caller.Now);
                if (
                    await VettingTable.Transition(tx, row, VettingTrigger.Approve, caller.Now, decision)
                    is not { } approved
                )
                    return Refusals.WrongVettingStatus;
                await tx.Send(Approved, new Notice(row.Id), caller.Now);
                return await VettingView.Of(tx, approved, caller, tx.Settings);
            }
        );

        int Score(string part, int? score) =>
            (int)
                errors.Within(
                    $"scores.{part}",
                    errors.Required($"scores.{part}", score),
                    Scorecard.Lowest,
                    Scorecard.Highest
                );
    }
}
