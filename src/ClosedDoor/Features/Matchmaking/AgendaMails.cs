using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Guests;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;
using NodaTime.Text;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>What companies and guests are told of their meetings: always the whole agenda, as it stands when it is sent.</summary>
static class AgendaMails
{
    static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("HH':'mm");

    static readonly Text Subject = new("一对一洽谈日程", "Your one-to-one meetings");

    static readonly Text Says = new(
        "以下为最新的一对一洽谈日程。如与此前的日程不同，以本邮件为准；附件可导入日历。",
        "These are your one-to-one meetings as they now stand. Where they differ from an earlier mail, this one holds; the attachment can be put into a calendar."
    );

    public static async Task<Letter?> ToCompany(Statements read, string reservationId, Settings settings)
    {
        if (
            await read.Find<ReservationRow>($"{ReservationRow.Select} WHERE id = @reservationId", new { reservationId })
                is not { } reservation
            || await Addressee.Find(read, reservation.CompanyId) is not { } company
            || await SessionFacts.Find(read, reservation.SessionId) is not { } session
        )
            return null;
        var agenda = await ShowAgenda.ForCompany(read, reservation);
        return new()
        {
            To = company.To,
            Subject = session.Subject(Subject.Zh, Subject.En),
            Greeting = company.Greeting,
            Says = [Says],
            Facts = [.. session.Facts, .. Meetings(agenda)],
            Link = Links.Reservation(settings, reservation.Id),
            Calendar = AgendaCalendar.Of(agenda, settings),
        };
    }

    public static async Task<LinkedLetter?> ToGuest(
        Statements read,
        string invitationId,
        Settings settings,
        string link
    )
    {
        if (
            await InvitationRow.Find(read, invitationId) is not { Email: { } email } row
            || row.State is not InvitationStatus.Accepted
            || await SessionFacts.Find(read, row.SessionId) is not { } session
        )
            return null;
        var agenda = await ShowAgenda.ForGuest(read, row);
        return new(
            new Letter
            {
                To = [email],
                Subject = session.Subject(Subject.Zh, Subject.En),
                Greeting = new($"{row.Name}，您好：", $"Dear {row.Name},"),
                Says = [Says],
                Facts = [.. session.Facts, .. Meetings(agenda)],
                Link = link,
                Calendar = AgendaCalendar.Of(agenda, settings),
            },
            IssueInvitationLink.ExpiresAt(session.BeginsAt)
        );
    }

    static readonly Text WhatCame = new("请登记洽谈后的合作进展", "What has come of your meetings?");

    static readonly Text PleaseSay = new(
        "请在系统中登记以下洽谈之后的进展（再次会面、合作意向、试用、合作备忘录、合同洽谈），并由双方确认。采购须按正规流程进行，本系统不记录采购承诺。",
        "Please enter what has come of the meetings below (a second meeting, an intention, a trial, a memorandum, contract talks), to be confirmed by both sides. Purchases go the regular way; no commitment to purchase is recorded here."
    );

    /// <summary>Months after the day: what has come of the meetings that were held. Null when none was.</summary>
    public static async Task<Letter?> AskCompany(Statements read, string reservationId, Settings settings)
    {
        if (
            await read.Find<ReservationRow>($"{ReservationRow.Select} WHERE id = @reservationId", new { reservationId })
                is not { } reservation
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
    }

    /// <inheritdoc cref="AskCompany"/>
    public static async Task<LinkedLetter?> AskGuest(
        Statements read,
        string invitationId,
        Settings settings,
        string link
    )
    {
        if (
            await InvitationRow.Find(read, invitationId) is not { Email: { } email } row
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
    }

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
