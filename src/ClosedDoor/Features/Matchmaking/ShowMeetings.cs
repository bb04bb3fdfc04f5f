using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// One's own meetings: a company's by its reservation, a guest's by the link, all of them for an organizer; as JSON, as
/// a calendar file and as a page to print.
/// </summary>
public static class ShowMeetings
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet(
                "/reservations/{reservationId}/agenda",
                async (string reservationId, Caller caller, Database db) =>
                    (await OfCompany(db, caller, reservationId)).ToOk()
            )
            .Named("ShowCompanyAgenda", "Show a company's meetings")
            .RequireAuthorization(Policy.SignedIn)
            .Answers<MeetingsView>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/reservations/{reservationId}/agenda.ics",
                async (string reservationId, Caller caller, Database db, Settings settings) =>
                    Calendar(await OfCompany(db, caller, reservationId), settings)
            )
            .Named("DownloadCompanyAgenda", "Download a company's meetings as a calendar file")
            .RequireAuthorization(Policy.SignedIn)
            .Produces<string>(200, "text/calendar")
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/reservations/{reservationId}/agenda.html",
                async (string reservationId, Caller caller, Database db) =>
                    MeetingsPage.Answer(await OfCompany(db, caller, reservationId))
            )
            .Named("PrintCompanyAgenda", "Show a company's meetings as a page to print")
            .RequireAuthorization(Policy.SignedIn)
            .Produces<string>(200, "text/html")
            .Refuses(Refusals.NotFound);
        api.MapGet("/invitation/agenda", async (Caller caller, Database db) => (await OfGuest(db, caller)).ToOk())
            .Named("ShowMyAgenda", "Show the guest's meetings")
            .RequireAuthorization(Policy.Invited)
            .Answers<MeetingsView>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/invitation/agenda.ics",
                async (Caller caller, Database db, Settings settings) => Calendar(await OfGuest(db, caller), settings)
            )
            .Named("DownloadMyAgenda", "Download the guest's meetings as a calendar file")
            .RequireAuthorization(Policy.Invited)
            .Produces<string>(200, "text/calendar")
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/invitation/agenda.html",
                async (Caller caller, Database db) => MeetingsPage.Answer(await OfGuest(db, caller))
            )
            .Named("PrintMyAgenda", "Show the guest's meetings as a page to print")
            .RequireAuthorization(Policy.Invited)
            .Produces<string>(200, "text/html")
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/sessions/{sessionId}/meetings",
                async (string sessionId, Database db) => (await OfSession(db, sessionId)).ToOk()
            )
            .Named("ListMeetings", "List a session's meetings")
            .RequireAuthorization(Policy.Staff)
            .Answers<MeetingsView>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                "/sessions/{sessionId}/meetings.html",
                async (string sessionId, Caller caller, Database db) =>
                    await MeetingsPage.Answer(await OfSession(db, sessionId), db, caller)
            )
            .Named("PrintMeetings", "Show a session's meetings as a page to print")
            .RequireAuthorization(Policy.Staff)
            .Produces<string>(200, "text/html")
            .Refuses(Refusals.NotFound);
    }

    public static Task<Outcome<MeetingsView>> OfCompany(Database db, Caller caller, string reservationId) =>
        db.Read<Outcome<MeetingsView>>(async read =>
        {
            var reservation = await ReservationRow.Find(read, reservationId);
            return reservation is not null && caller.MaySee(reservation.CompanyId)
                ? await ForCompany(read, reservation)
                : Refusals.NotFound;
        });

    public static Task<Outcome<MeetingsView>> OfGuest(Database db, Caller caller) =>
        db.Read<Outcome<MeetingsView>>(async read =>
            await InvitationRow.Find(read, caller.LinkTo(LinkPurpose.Invitation)!) is { } row
                ? await ForGuest(read, row)
                : Refusals.NotFound
        );

    public static Task<Outcome<MeetingsView>> OfSession(Database db, string sessionId) =>
        db.Read<Outcome<MeetingsView>>(async read =>
        {
            if (await SessionName.Find(read, sessionId) is not { } session)
                return Refusals.NotFound;
            var live = await MeetingRow.Live(read, sessionId);
            var barred = await MeetingRow.Barred(read, sessionId, live);
            return await ForOrganizers(read, session, live) with
            {
                Barred = await MeetingView.Of(read, barred, sessionId, MeetingSide.Organizer),
            };
        });

    internal static Task<MeetingsView> ForOrganizers(Statements read, SessionName session, List<MeetingRow> rows) =>
        View(read, session, new(session.Title, session.Title), MeetingSide.Organizer, rows);

    /// <param name="changedSince">Null: the meetings as they stand; else what has changed from then on, dropped ones too.</param>
    internal static async Task<MeetingsView> ForCompany(
        Statements read,
        ReservationRow reservation,
        Instant? changedSince = null
    )
    {
        var name = await read.Get<string>(
            "SELECT name FROM company WHERE id = @CompanyId",
            new { reservation.CompanyId }
        );
        return await View(
            read,
            (await SessionName.Find(read, reservation.SessionId))!,
            new(name, name),
            MeetingSide.Company,
            await Rows(read, reservation.SessionId, "company_id", reservation.CompanyId, changedSince)
        );
    }

    /// <inheritdoc cref="ForCompany"/>
    internal static async Task<MeetingsView> ForGuest(
        Statements read,
        InvitationRow row,
        Instant? changedSince = null
    ) =>
        await View(
            read,
            (await SessionName.Find(read, row.SessionId))!,
            row.Name.Length > 0 ? new(row.Name, row.Name) : new("嘉宾", "guest"),
            MeetingSide.Guest,
            await Rows(read, row.SessionId, "invitation_id", row.Id, changedSince)
        );

    static Task<List<MeetingRow>> Rows(
        Statements read,
        string sessionId,
        string whose,
        string subject,
        Instant? changedSince
    ) =>
        read.All<MeetingRow>(
            $"""
            {MeetingRow.Select} WHERE meeting.session_id = @sessionId AND meeting.{whose} = @subject
                AND {(changedSince is null ? "meeting.status <> 'dropped'" : "meeting.changed_at >= @changedSince")}
            ORDER BY meeting.begins_at, meeting.table_number
            """,
            new
            {
                sessionId,
                subject,
                changedSince,
            }
        );

    static async Task<MeetingsView> View(
        Statements read,
        SessionName session,
        Text holder,
        MeetingSide side,
        List<MeetingRow> rows
    ) =>
        new(
            session.Id,
            session.Title,
            session.TimeZone,
            holder,
            side,
            await MeetingView.Of(read, rows, session.Id, side)
        );

    static IResult Calendar(Outcome<MeetingsView> view, Settings settings) =>
        view.Refused(out var refusal)
            ? Answer.Refuse(refusal)
            : new CalendarAnswer(MeetingCalendar.Of(view.Value, settings), "agenda");
}

sealed record SessionName
{
    public string Id { get; init; } = "";
    public string Title { get; init; } = "";
    public string TimeZone { get; init; } = "";

    public static Task<SessionName?> Find(Statements read, string sessionId) =>
        read.Find<SessionName>("SELECT id, title, time_zone FROM session WHERE id = @sessionId", new { sessionId });
}

/// <summary>Somebody's meetings, in the order of time.</summary>
/// <param name="Holder">Whose.</param>
/// <param name="Barred">
/// To organizers: meetings that were taken off and whose two may not meet any more, for one of them has declared a conflict
/// of interest. What can take their place, a new timetable says.
/// </param>
public sealed record MeetingsView(
    string SessionId,
    string SessionTitle,
    string TimeZone,
    Text Holder,
    MeetingSide Side,
    IReadOnlyList<MeetingView> Meetings,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MeetingView>? Barred = null
)
{
    static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    /// <summary>From when to when by the clock at the place: <c>09:00–09:20</c>.</summary>
    internal string Hours(MeetingView meeting)
    {
        var zone = DateTimeZoneProviders.Tzdb[TimeZone];
        return $"{Clock.Format(meeting.BeginsAt.InZone(zone).TimeOfDay)}–{Clock.Format(meeting.EndsAt.InZone(zone).TimeOfDay)}";
    }

    /// <summary>Whom the holder meets.</summary>
    internal Text With(MeetingView meeting) =>
        Side switch
        {
            MeetingSide.Company => meeting.Guest.Label,
            MeetingSide.Guest => new(meeting.CompanyName, meeting.CompanyName),
            _ => new(
                $"{meeting.CompanyName} – {meeting.Guest.Label.Zh}",
                $"{meeting.CompanyName} – {meeting.Guest.Label.En}"
            ),
        };
}
