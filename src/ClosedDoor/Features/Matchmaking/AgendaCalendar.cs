using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>An agenda as a calendar file. Each meeting keeps its id, so a later file moves what an earlier one brought.</summary>
static class AgendaCalendar
{
    public static CalendarFile Of(AgendaView agenda, Settings settings) =>
        CalendarFile.Of(
            CalendarMethod.Publish,
            [
                .. agenda.Meetings.Select(meeting => new CalendarEvent
                {
                    Uid = Appointments.Uid(settings, meeting.Id),
                    Sequence = meeting.Version,
                    Stamp = meeting.BeginsAt,
                    Begins = meeting.BeginsAt,
                    Ends = meeting.EndsAt,
                    Summary = $"一对一洽谈：{With(agenda, meeting).Zh}",
                    Description = agenda.SessionTitle,
                    Location = $"{meeting.Table} 号洽谈桌",
                }),
            ]
        );

    /// <summary>Whom the holder of the agenda meets.</summary>
    public static Text With(AgendaView agenda, MeetingView meeting) =>
        agenda.Side switch
        {
            MeetingSide.Company => meeting.Guest.Label,
            MeetingSide.Guest => new(meeting.CompanyName, meeting.CompanyName),
            _ => new(
                $"{meeting.CompanyName} – {meeting.Guest.Label.Zh}",
                $"{meeting.CompanyName} – {meeting.Guest.Label.En}"
            ),
        };
}
