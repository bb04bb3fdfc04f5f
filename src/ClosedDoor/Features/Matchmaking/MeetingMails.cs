using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>What companies and guests are told of their meetings: always all of them, as they stand when it is sent.</summary>
static class MeetingMails
{
    static readonly Text Subject = new("一对一洽谈日程", "Your one-to-one meetings");

    static readonly Text New = new(
        "以下为您的一对一洽谈日程；所附日历文件可导入日历。",
        "These are your one-to-one meetings; the calendar file that comes with them can be put into a calendar."
    );

    static readonly Text Changed = new(
        "一对一洽谈日程有调整，以下为最新日程，以本邮件为准；所附日历文件只含有变动的洽谈。",
        "Your one-to-one meetings have changed. This is how they now stand: go by this mail. The calendar files that come with it are those of the meetings that changed."
    );

    public static LetterWriter ToCompany(OutboxMessage message) =>
        async (read, reservationId, settings) =>
        {
            if (
                await ReservationRow.Find(read, reservationId) is not { } reservation
                || await Addressee.Find(read, reservation.CompanyId) is not { } company
                || await SessionFacts.Find(read, reservation.SessionId) is not { } session
            )
                return null;
            var since = message.Read<MeetingsNotice>().Since;
            return Letter(
                session,
                company.Greeting,
                new Attendee(company.ContactName, company.ContactEmail),
                await ShowMeetings.ForCompany(read, reservation),
                since is null ? null : await ShowMeetings.ForCompany(read, reservation, since),
                settings,
                Links.Reservation(settings, reservation.Id)
            );
        };

    public static LinkedLetterWriter ToGuest(OutboxMessage message) =>
        async (read, invitationId, settings, link) =>
            await InvitationRow.Find(read, invitationId) is { State: InvitationStatus.Accepted } row
            && await SessionFacts.Find(read, row.SessionId) is { } session
            && await ToGuest(read, row, session, message, settings, link) is { } letter
                ? new(letter, IssueInvitationLink.ExpiresAt(session.BeginsAt))
                : null;

    public static async Task<Letter?> ToGuestWhoLeft(
        Statements read,
        InvitationRow row,
        OutboxMessage message,
        Settings settings
    ) =>
        await SessionFacts.Find(read, row.SessionId) is { } session
            ? await ToGuest(read, row, session, message, settings, null)
            : null;

    static async Task<Letter?> ToGuest(
        Statements read,
        InvitationRow row,
        SessionFacts session,
        OutboxMessage message,
        Settings settings,
        string? link
    )
    {
        if (row.Email is not { } email)
            return null;
        var since = message.Read<MeetingsNotice>().Since;
        return Letter(
            session,
            new($"{row.Name}，您好：", $"Dear {row.Name},"),
            new Attendee(row.Name, email),
            await ShowMeetings.ForGuest(read, row),
            since is null ? null : await ShowMeetings.ForGuest(read, row, since),
            settings,
            link
        );
    }

    /// <param name="view">As it stands when it is sent.</param>
    /// <param name="changed">What has changed; null where all is new.</param>
    static Letter Letter(
        SessionFacts session,
        Text greeting,
        Attendee attendee,
        MeetingsView view,
        MeetingsView? changed,
        Settings settings,
        string? link
    )
    {
        var files = changed is null
            ? [MeetingCalendar.Of(view, settings)]
            : MeetingCalendar.Changes(changed, attendee, settings);
        return new()
        {
            To = [attendee.Email],
            Subject = session.Subject(Subject.Zh, Subject.En),
            Greeting = greeting,
            Says = [changed is null ? New : Changed],
            Facts = [.. session.Facts, .. Meetings(view)],
            Link = link,
            Calendar = files.Count == 1 ? files[0] : null,
            Calendars = files.Count == 1 ? [] : files,
        };
    }

    /// <summary>One fact a meeting.</summary>
    public static IEnumerable<Fact> Meetings(MeetingsView view)
    {
        if (view.Meetings.Count == 0)
            return [new(new("一对一洽谈", "Meetings"), new Text("暂无", "none"))];
        return view.Meetings.Select(meeting =>
        {
            var (hours, with) = (view.Hours(meeting), view.With(meeting));
            return new Fact(
                Wording.Zoned(new(hours, hours), view.TimeZone),
                new Text($"{meeting.Table} 号桌，{with.Zh}", $"table {meeting.Table}, {with.En}")
            );
        });
    }
}
