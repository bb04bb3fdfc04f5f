using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// Somebody's meetings as a calendar file. Each meeting keeps its id, and its SEQUENCE rises whenever it is moved or dropped, so that
/// what comes later changes what an earlier file has brought.
/// </summary>
static class MeetingCalendar
{
    /// <summary>All meetings in one file, to import (RFC 5546, 3.2.1).</summary>
    public static CalendarFile Of(MeetingsView view, Settings settings) =>
        CalendarFile.Of(
            CalendarMethod.Publish,
            [.. view.Meetings.Select(meeting => Event(view, meeting, settings, []))]
        );

    /// <summary>A file for each meeting that was moved, added or dropped (RFC 5546, 3.2.2 and 3.2.5).</summary>
    /// <param name="changed">Only those.</param>
    public static IReadOnlyList<CalendarFile> Changes(MeetingsView changed, Attendee attendee, Settings settings) =>
        [
            .. changed.Meetings.Select(meeting =>
                CalendarFile.Of(
                    meeting.Status is MeetingStatus.Dropped ? CalendarMethod.Cancel : CalendarMethod.Request,
                    Event(changed, meeting, settings, [attendee])
                )
            ),
        ];

    static CalendarEvent Event(
        MeetingsView view,
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
            Summary = $"一对一洽谈：{view.With(meeting).Zh}",
            Description = view.SessionTitle,
            Location = $"{meeting.Table} 号洽谈桌",
            Organizer = Appointments.Organizer(settings),
            Attendees = attendees,
        };
}
