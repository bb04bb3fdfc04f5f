using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// An agenda as a calendar file. Each meeting keeps its id, and its SEQUENCE rises whenever it is moved or dropped, so that
/// what comes later changes what an earlier file has brought.
/// </summary>
static class AgendaCalendar
{
    /// <summary>All meetings in one file, to import (RFC 5546, 3.2.1).</summary>
    public static CalendarFile Of(AgendaView agenda, Settings settings) =>
        CalendarFile.Of(
            CalendarMethod.Publish,
            [.. agenda.Meetings.Select(meeting => Event(agenda, meeting, settings, []))]
        );

    /// <summary>A file for each meeting that was moved, added or dropped (RFC 5546, 3.2.2 and 3.2.5).</summary>
    /// <param name="changed">Only those.</param>
    public static IReadOnlyList<CalendarFile> Changes(AgendaView changed, Attendee attendee, Settings settings) =>
        [
            .. changed.Meetings.Select(meeting =>
                CalendarFile.Of(
                    meeting.Status is MeetingStatus.Dropped ? CalendarMethod.Cancel : CalendarMethod.Request,
                    Event(changed, meeting, settings, [attendee])
                )
            ),
        ];

    static CalendarEvent Event(
        AgendaView agenda,
        MeetingView meeting,
        Settings settings,
        IReadOnlyList<Attendee> attendees
    ) =>
        new()
        {
            Uid = Appointments.Uid(settings, meeting.Id),
            Sequence = meeting.Sequence,
            Stamp = meeting.ChangedAt,
            Begins = meeting.BeginsAt,
            Ends = meeting.EndsAt,
            Summary = $"一对一洽谈：{agenda.With(meeting).Zh}",
            Description = agenda.SessionTitle,
            Location = $"{meeting.Table} 号洽谈桌",
            Organizer = Appointments.Organizer(settings),
            Attendees = attendees,
        };
}
