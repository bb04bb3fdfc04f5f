using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>
/// Writes a further version of the cooperation-model draft. One that a legal rule blocks is kept with the reason, so that
/// it is on record what was advised against; it ends no consultation.
/// </summary>
public static class WriteDraft
{
    public sealed record NeedRequest(string? Need, string? Function);

    public sealed record Request(
        string? Model,
        string? HospitalFounder,
        bool? ForProfit,
        string? Departments,
        string? Terms,
        NeedRequest[]? Needs
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/consultations/{consultationId}/drafts", Handle)
            .Named("WriteCooperationDraft", "Write a version of the cooperation-model draft")
            .RequireAuthorization(Policy.Organize)
            .Answers<DraftView>(201)
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongConsultationStatus)
            .Example(
                new Request(
                    "third_party_service",
                    "government",
                    false,
                    "none",
                    "由企业提供设备运维与人员培训，医院自主运营科室。",
                    [new("缩短影像报告出具时间", "报告自动初稿")]
                )
            );

    static async Task<IResult> Handle(string consultationId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, consultationId, request)).ToCreated(draft =>
            $"/api/v1/consultations/{draft.ConsultationId}/drafts"
        );

    public static async Task<Outcome<DraftView>> Execute(
        Database db,
        Caller caller,
        string consultationId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var draft = CooperationDraft.Check(
            errors,
            request.Model,
            request.HospitalFounder,
            request.ForProfit,
            request.Departments,
            request.Terms,
            [.. (request.Needs ?? []).Select(need => (need?.Need, need?.Function))]
        );
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<DraftView>(
            caller,
            async tx =>
            {
                if (await ConsultationTable.Lock(tx, consultationId, caller.MaySee) is not var (consultation, _, _))
                    return Refusals.NotFound;
                if (consultation.State.After(ConsultationTrigger.WriteDraft) is null)
                    return Refusals.WrongConsultationStatus;
                return DraftView.Of(await ConsultationTable.WriteDraft(tx, consultation, draft, caller.Now));
            }
        );
    }
}
