using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Consultations;

/// <summary>A consultation, the versions of its draft, and its calendar entry, to its company and the organizers.</summary>
public static class ShowConsultation
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/consultations/{consultationId}", Handle)
            .Named("ShowConsultation", "Show a consultation")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<ConsultationView>()
            .Refuses(Refusals.NotFound);
        api.MapGet("/consultations/{consultationId}/drafts", HandleDrafts)
            .Named("ListCooperationDrafts", "List the versions of the cooperation-model draft, the newest first")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<Page<DraftView>>()
            .Refuses(Refusals.NotFound, Refusals.InvalidCursor);
        api.MapGet("/consultations/{consultationId}/calendar", HandleCalendar)
            .Named("ShowConsultationCalendar", "The consultation as a calendar file")
            .RequireAuthorization(Policy.SignedIn)
            .Produces(200, contentType: "text/calendar")
            .Refuses(Refusals.NotFound);
    }

    static async Task<IResult> Handle(string consultationId, Caller caller, Database db) =>
        (await Execute(db, caller, consultationId)).ToOk();

    public static async Task<Outcome<ConsultationView>> Execute(Database db, Caller caller, string consultationId) =>
        await db.Read(read => Find(read, caller, consultationId)) is { } row
            ? ConsultationView.Of(row)
            : Refusals.NotFound;

    static async Task<IResult> HandleDrafts(
        string consultationId,
        Caller caller,
        Database db,
        int? limit,
        string? cursor
    ) => (await Drafts(db, caller, consultationId, new Paging(limit, cursor))).ToOk();

    public static async Task<Outcome<Page<DraftView>>> Drafts(
        Database db,
        Caller caller,
        string consultationId,
        Paging paging
    )
    {
        if (paging.After(1, out var after) is { } noCursor)
            return noCursor;
        if (!long.TryParse(after?[0] ?? $"{long.MaxValue}", out var below))
            return Refusals.InvalidCursor;
        return await db.Read<Outcome<Page<DraftView>>>(async read =>
        {
            if (await Find(read, caller, consultationId) is null)
                return Refusals.NotFound;
            var rows = await read.All<DraftRow>(
                $"{DraftRow.Select} WHERE consultation_id = @consultationId AND number < @below ORDER BY number DESC LIMIT @most",
                new
                {
                    consultationId,
                    below,
                    most = paging.Size + 1L,
                }
            );
            var page = paging.Cut(rows, row => [$"{row.Number}"]);
            return new Page<DraftView>([.. page.Items.Select(DraftView.Of)], page.NextCursor);
        });
    }

    static async Task<IResult> HandleCalendar(
        string consultationId,
        Caller caller,
        Database db,
        Platform.Settings settings
    )
    {
        var file = await db.Read<CalendarFile?>(async read =>
            await Find(read, caller, consultationId) is { } row
            && await SessionFacts.Find(read, row.SessionId) is { } session
                ? ConsultationMails.Calendar(settings, row, session.Title, [])
                : null
        );
        return file is null ? Answer.Refuse(Refusals.NotFound) : new CalendarAnswer(file, consultationId);
    }

    static async Task<ConsultationRow?> Find(Statements read, Caller caller, string consultationId) =>
        await ConsultationTable.Find(read, consultationId) is { } row && caller.MaySee(row.CompanyId) ? row : null;
}
