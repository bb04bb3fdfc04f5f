using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>Gives a slot back; another one may be booked.</summary>
public static class CancelConsultation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/consultations/{consultationId}/cancel", Handle)
            .Named("CancelConsultation", "Cancel a consultation")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<ConsultationView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.WrongConsultationStatus);

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
                if (!await ConsultationTable.Cancel(tx, consultation, caller.Now))
                    return Refusals.WrongConsultationStatus;
                return ConsultationView.Of((await ConsultationTable.Find(tx, consultationId))!);
            }
        );
}
