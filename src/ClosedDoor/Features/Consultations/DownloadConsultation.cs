using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>A consultation as a calendar file: the same appointment as the mail's.</summary>
public static class DownloadConsultation
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/consultations/{consultationId}/calendar", Handle)
            .Named("ShowConsultationCalendar", "The consultation as a calendar file")
            .RequireAuthorization(Policy.SignedIn)
            .Produces(200, contentType: "text/calendar")
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string consultationId, Caller caller, Database db, Settings settings)
    {
        var file = await db.Read<CalendarFile?>(async read =>
            await ShowConsultation.Find(read, caller, consultationId) is { } row
            && await SessionFacts.Find(read, row.SessionId) is { } session
                ? ConsultationMails.Calendar(settings, row, session.Title, [])
                : null
        );
        return file is null ? Answer.Refuse(Refusals.NotFound) : new CalendarAnswer(file, consultationId);
    }
}
