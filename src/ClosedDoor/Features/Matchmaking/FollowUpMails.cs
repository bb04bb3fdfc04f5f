using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>What both sides are asked months after the day.</summary>
static class FollowUpMails
{
    /// <summary>The link of the last question, half a year after the day, holds for a month.</summary>
    static readonly Duration AnswerWithin = Duration.FromDays(210);

    static readonly Text WhatCame = new("请登记洽谈后的合作进展", "What has come of your meetings?");

    static readonly Text PleaseSay = new(
        "请在系统中登记以下洽谈之后的进展（再次会面、合作意向、试用、合作备忘录、合同洽谈），并由双方确认。采购须按正规流程进行，本系统不记录采购承诺。",
        "Please enter what has come of the meetings below (a second meeting, an intention, a trial, a memorandum, contract talks), to be confirmed by both sides. Purchases go the regular way; no commitment to purchase is recorded here."
    );

    /// <summary>
    /// Months after the day: what has come of the meetings that were held. Null when none was, or when the session has
    /// moved since and is asked about by its new day.
    /// </summary>
    public static LetterWriter ToCompany(OutboxMessage message) =>
        async (read, reservationId, settings) =>
        {
            if (
                await ReservationRow.Find(read, reservationId) is not { } reservation
                || !await StillAsked(read, reservation.SessionId, reservation.CompanyId, message)
                || await Addressee.Find(read, reservation.CompanyId) is not { } company
                || await SessionFacts.Find(read, reservation.SessionId) is not { } session
                || Held(await ShowMeetings.ForCompany(read, reservation)) is not { Meetings.Count: > 0 } held
            )
                return null;
            return new()
            {
                To = company.To,
                Subject = session.Subject(WhatCame.Zh, WhatCame.En),
                Greeting = company.Greeting,
                Says = [PleaseSay],
                Facts = [.. session.Facts, .. MeetingMails.Meetings(held)],
                Link = Links.Reservation(settings, reservation.Id),
            };
        };

    /// <inheritdoc cref="ToCompany"/>
    public static LinkedLetterWriter ToGuest(OutboxMessage message) =>
        async (read, invitationId, settings, link) =>
        {
            if (
                await InvitationRow.Find(read, invitationId) is not { Email: { } email } row
                || !await StillAsked(read, row.SessionId, row.Id, message)
                || await SessionFacts.Find(read, row.SessionId) is not { } session
                || Held(await ShowMeetings.ForGuest(read, row)) is not { Meetings.Count: > 0 } held
            )
                return null;
            return new(
                new Letter
                {
                    To = [email],
                    Subject = session.Subject(WhatCame.Zh, WhatCame.En),
                    Greeting = new($"{row.Name}，您好：", $"Dear {row.Name},"),
                    Says = [PleaseSay],
                    Facts = [.. session.Facts, .. MeetingMails.Meetings(held)],
                    Link = link,
                },
                held.Meetings[^1].EndsAt + AnswerWithin
            );
        };

    static async Task<bool> StillAsked(Statements read, string sessionId, string subjectId, OutboxMessage message)
    {
        var notice = message.Read<FollowUpNotice>();
        return (await ParticipantRow.Of(read, sessionId)).GetValueOrDefault(subjectId) is { } row
            && row.AskedAfter == notice.After
            && (notice.Asking is null || notice.Asking == row.Asking);
    }

    static MeetingsView Held(MeetingsView view) =>
        view with
        {
            Meetings = [.. view.Meetings.Where(meeting => meeting.Status is MeetingStatus.Held)],
        };
}
