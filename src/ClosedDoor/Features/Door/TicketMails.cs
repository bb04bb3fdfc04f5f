using ClosedDoor.Features.Delegates;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>The day in everyone's calendar: told with the ticket, again when it moves, and taken back when it is off.</summary>
static class TicketMails
{
    public static async Task<LinkedLetter?> ToDelegate(Statements read, string id, Settings settings, string link) =>
        await Linked(read, await PersonRow.OfDelegate(read, id), IssueDelegateLink.ExpiresAt, settings, link);

    public static async Task<LinkedLetter?> ToGuest(Statements read, string id, Settings settings, string link) =>
        await Linked(read, await PersonRow.OfInvitation(read, id), IssueInvitationLink.ExpiresAt, settings, link);

    static async Task<LinkedLetter?> Linked(
        Statements read,
        PersonRow? person,
        Func<Instant, Instant> linkExpiresAt,
        Settings settings,
        string link
    ) =>
        person is not null
        && await DaySheet.Find(read, person.SessionId) is { } day
        && Letter(person, day, settings, link) is { } letter
            ? new(letter, linkExpiresAt(day.BeginsAt))
            : null;

    static Letter? Letter(PersonRow person, DaySheet day, Settings settings, string link)
    {
        if (string.IsNullOrEmpty(person.Email))
            return null;
        if (day.IsCancelled || person.GivenUp)
            return TakenBack(person, day, settings);
        return new()
        {
            To = [person.Email],
            Subject = new($"参会凭证与日程：{day.Title}", $"Your ticket and the day: {day.Title}"),
            Greeting = new($"{person.Name}，您好：", $"Dear {person.Name},"),
            Says =
            [
                new(
                    "以下为您的参会日程，已附日历文件。请通过专属链接打开入场二维码，当天在签到处出示。日期、时间或地点如有变更，以最近一封邮件为准。会议地点请勿外传。",
                    "These are the details of your day; a calendar entry is attached. Open your QR code by the personal link and show it at the door. If day, time or place change, go by the latest mail. Please keep the venue to yourself."
                ),
            ],
            Facts = [new(new("开始时间", "Begins"), Wording.At(day.BeginsAt)), new(new("地点", "Place"), day.Place)],
            Link = link,
            Calendar = Calendar(person, day, settings, CalendarMethod.Request),
        };
    }

    /// <summary>Without the venue: whoever does not come need not know it.</summary>
    public static Letter TakenBack(PersonRow person, DaySheet day, Settings settings) =>
        new()
        {
            To = [person.Email!],
            Subject = new($"闭门会日程已取消：{day.Title}", $"Session taken off your calendar: {day.Title}"),
            Greeting = new($"{person.Name}，您好：", $"Dear {person.Name},"),
            Says =
            [
                new(
                    "您在以下闭门会的出席安排已取消，日历中的日程一并撤销。",
                    "You are not expected at the closed-door session below; its calendar entry is taken back."
                ),
            ],
            Facts = [new(new("开始时间", "Begins"), Wording.At(day.BeginsAt))],
            Calendar = Calendar(person, day, settings, CalendarMethod.Cancel),
        };

    /// <summary>One appointment, whichever way it comes: by mail, or fetched by the link.</summary>
    public static CalendarFile Calendar(PersonRow person, DaySheet day, Settings settings, CalendarMethod method) =>
        CalendarFile.Of(
            method,
            new CalendarEvent
            {
                Uid = Appointments.Uid(settings, person.TicketId),
                Sequence = person.Sequence,
                Stamp = person.ToldAt,
                Begins = day.BeginsAt,
                Ends = day.FinishesAt,
                Summary = day.Title,
                Location = method is CalendarMethod.Cancel ? null : day.Place,
                Organizer = Appointments.Organizer(settings),
                Attendees = person.Email is { Length: > 0 } email ? [new(person.Name, email)] : [],
            }
        );
}
