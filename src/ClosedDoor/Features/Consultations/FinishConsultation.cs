using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>Ends a consultation in its newest draft, which no legal rule may block.</summary>
public static class FinishConsultation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/consultations/{consultationId}/finish", Handle)
            .Named("FinishConsultation", "Finish a consultation with its draft")
            .RequireAuthorization(Policy.Organize)
            .Answers<ConsultationView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.WrongConsultationStatus,
                Refusals.DraftMissing,
                Refusals.DraftBlocked
            );

    static async Task<IResult> Handle(string consultationId, Caller caller, Database db) =>
        (await Execute(db, caller, consultationId)).ToOk();

    public static Task<Outcome<ConsultationView>> Execute(Database db, Caller caller, string consultationId) =>
        db.Write<ConsultationView>(
            caller,
            async tx =>
            {
                if (await ConsultationTable.Lock(tx, consultationId, caller.MaySee) is not var (consultation, _, _))
                    return Refusals.NotFound;
                if (caller.Stale(consultation.Version) is { } stale)
                    return stale;
                if (consultation.State.After(ConsultationTrigger.Finish) is null)
                    return Refusals.WrongConsultationStatus;
                var newest = await tx.Find<DraftRow>(
                    $"{DraftRow.Select} WHERE consultation_id = @Id AND number = @Drafts",
                    new { consultation.Id, consultation.Drafts }
                );
                if (newest is null)
                    return Refusals.DraftMissing;
                if (DraftView.Of(newest).Findings.FirstOrDefault(finding => finding.Blocks) is { } blocking)
                    return Refusals.DraftBlocked with { Detail = blocking.Reason };
                if (!await ConsultationTable.Finish(tx, consultation, caller.Now))
                    return Refusals.WrongConsultationStatus;
                return ConsultationView.Of((await ConsultationTable.Find(tx, consultationId))!);
            }
        );
}
