using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>A consultation, to its company and the organizers.</summary>
public static class ShowConsultation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/consultations/{consultationId}", Handle)
            .Named("ShowConsultation", "Show a consultation")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<ConsultationView>()
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string consultationId, Caller caller, Database db) =>
        (await Execute(db, caller, consultationId)).ToOk();

    public static async Task<Outcome<ConsultationView>> Execute(Database db, Caller caller, string consultationId) =>
        await db.Read(read => Find(read, caller, consultationId)) is { } row
            ? ConsultationView.Of(row)
            : Refusals.NotFound;

    /// <summary>Null also when it is another company's.</summary>
    internal static async Task<ConsultationRow?> Find(Statements read, Caller caller, string consultationId) =>
        await ConsultationTable.Find(read, consultationId) is { } row && caller.MaySee(row.CompanyId) ? row : null;
}
