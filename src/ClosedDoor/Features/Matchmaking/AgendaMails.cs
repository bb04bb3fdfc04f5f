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
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>What companies and guests are told of their meetings: always the whole agenda, as it stands when it is sent.</summary>
static class AgendaMails
{
    static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    static readonly Text Subject = new("一对一洽谈日程", "Your one-to-one meetings");

    static readonly Text New = new(
        "以下为您的一对一洽谈日程；所附日历文件可导入日历。",
        "These are your one-to-one meetings; the calendar file that comes with them can be put into a calendar."
    );

    static readonly Text Changed = new(
        "一对一洽谈日程有调整，以下为最新日程，以本邮件为准；所附日历文件只含有变动的洽谈。",
        "Your one-to-one meetings have changed. This is how they now stand, and this mail holds; the calendar files that come with it are those of the meetings that changed."
    );

    public static LetterWriter ToCompany(OutboxMessage message) =>
        async (read, reservationId, settings) =>
        {
            if (
                await read.Find<ReservationRow>(
                    $"{ReservationRow.Select} WHERE id = @reservationId",
                    new { reservationId }
                )
                    is not { } reservation
                || await Addressee.Find(read, reservation.CompanyId) is not { } company
                || await SessionFacts.Find(read, reservation.SessionId) is not { } session
            )
                return null;
            var since = message.Read<AgendaNotice>().Since;
            return Letter(
                session,
                company.Greeting,
                new Attendee(company.ContactName, company.ContactEmail),
                await ShowAgenda.ForCompany(read, reservation),
                since is null ? null : await ShowAgenda.ForCompany(read, reservation, since),
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

    public static LetterWriter ToGuestWhoLeft(OutboxMessage message) =>
        async (read, invitationId, settings) =>
            await InvitationRow.Find(read, invitationId) is { } row
            && await SessionFacts.Find(read, row.SessionId) is { } session
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
        var since = message.Read<AgendaNotice>().Since;
        return Letter(
            session,
            new($"{row.Name}，您好：", $"Dear {row.Name},"),
            new Attendee(row.Name, email),
            await ShowAgenda.ForGuest(read, row),
            since is null ? null : await ShowAgenda.ForGuest(read, row, since),
            settings,
            link
        );
    }

    /// <param name="agenda">As it stands when it is sent.</param>
    /// <param name="changed">What has changed; null where all is new.</param>
    static Letter Letter(
        SessionFacts session,
        Text greeting,
        Attendee attendee,
        AgendaView agenda,
        AgendaView? changed,
        Settings settings,
        string? link
    )
    {
        var files = changed is null
            ? [AgendaCalendar.Of(agenda, settings)]
            : AgendaCalendar.Changes(changed, attendee, settings);
        return new()
        {
            To = [attendee.Email],
            Subject = session.Subject(Subject.Zh, Subject.En),
            Greeting = greeting,
            Says = [changed is null ? New : Changed],
            Facts = [.. session.Facts, .. Meetings(agenda)],
            Link = link,
            Calendar = files.Count == 1 ? files[0] : null,
            Calendars = files.Count == 1 ? [] : files,
        };
    }

    static readonly Text WhatCame = new("请登记洽谈后的合作进展", "What has come of your meetings?");

    static readonly Text PleaseSay = new(
        "请在系统中登记以下洽谈之后的进展（再次会面、合作意向、试用、合作备忘录、合同洽谈），并由双方确认。采购须按正规流程进行，本系统不记录采购承诺。",
        "Please enter what has come of the meetings below (a second meeting, an intention, a trial, a memorandum, contract talks), to be confirmed by both sides. Purchases go the regular way; no commitment to purchase is recorded here."
    );

    /// <summary>
    /// Months after the day: what has come of the meetings that were held. Null when none was, or when the session has
    /// moved since and is asked about by its new day.
    /// </summary>
    public static LetterWriter AskCompany(OutboxMessage message) =>
        async (read, reservationId, settings) =>
        {
            if (
                await read.Find<ReservationRow>(
                    $"{ReservationRow.Select} WHERE id = @reservationId",
                    new { reservationId }
                )
                    is not { } reservation
                || !await StillAsked(read, reservation.SessionId, reservation.CompanyId, message)
                || await Addressee.Find(read, reservation.CompanyId) is not { } company
                || await SessionFacts.Find(read, reservation.SessionId) is not { } session
                || Held(await ShowAgenda.ForCompany(read, reservation)) is not { Meetings.Count: > 0 } held
            )
                return null;
            return new()
            {
                To = company.To,
                Subject = session.Subject(WhatCame.Zh, WhatCame.En),
                Greeting = company.Greeting,
                Says = [PleaseSay],
                Facts = [.. session.Facts, .. Meetings(held)],
                Link = Links.Reservation(settings, reservation.Id),
            };
        };

    /// <inheritdoc cref="AskCompany"/>
    public static LinkedLetterWriter AskGuest(OutboxMessage message) =>
        async (read, invitationId, settings, link) =>
        {
            if (
                await InvitationRow.Find(read, invitationId) is not { Email: { } email } row
                || !await StillAsked(read, row.SessionId, row.Id, message)
                || await SessionFacts.Find(read, row.SessionId) is not { } session
                || Held(await ShowAgenda.ForGuest(read, row)) is not { Meetings.Count: > 0 } held
            )
                return null;
            return new(
                new Letter
                {
                    To = [email],
                    Subject = session.Subject(WhatCame.Zh, WhatCame.En),
                    Greeting = new($"{row.Name}，您好：", $"Dear {row.Name},"),
                    Says = [PleaseSay],
                    Facts = [.. session.Facts, .. Meetings(held)],
                    Link = link,
                },
                held.Meetings[^1].EndsAt + AnswerWithin
            );
        };

    static async Task<bool> StillAsked(Statements read, string sessionId, string subjectId, OutboxMessage message) =>
        (await ParticipantRow.Of(read, sessionId)).GetValueOrDefault(subjectId)?.AskedAfter
        == message.Read<FollowUpNotice>().After;

    /// <summary>The link of the last question, half a year after the day, holds for a month.</summary>
    static readonly Duration AnswerWithin = Duration.FromDays(210);

    static AgendaView Held(AgendaView agenda) =>
        agenda with
        {
            Meetings = [.. agenda.Meetings.Where(meeting => meeting.Status is MeetingStatus.Held)],
        };

    static IEnumerable<Fact> Meetings(AgendaView agenda)
    {
        var zone = DateTimeZoneProviders.Tzdb[agenda.TimeZone];
        if (agenda.Meetings.Count == 0)
            return [new(new("一对一洽谈", "Meetings"), new Text("暂无", "none"))];
        return agenda.Meetings.Select(meeting =>
        {
            var time =
                $"{Clock.Format(meeting.BeginsAt.InZone(zone).TimeOfDay)}–{Clock.Format(meeting.EndsAt.InZone(zone).TimeOfDay)}";
            var with = AgendaCalendar.With(agenda, meeting);
            return new Fact(
                new(time, time),
                new Text($"{meeting.Table} 号桌，{with.Zh}", $"table {meeting.Table}, {with.En}")
            );
        });
    }
}
