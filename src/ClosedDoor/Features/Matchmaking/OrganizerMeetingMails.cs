using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Tells the organizers of a single meeting that something said after its timetable was published stands against.</summary>
static class OrganizerMeetingMails
{
    /// <summary>It was taken off, for a conflict of interest. Null when the declaration has been taken back.</summary>
    public static Task<Letter?> Barred(Statements read, string meetingId, Settings settings) =>
        Write(
            read,
            meetingId,
            settings,
            async row =>
                (await MeetingRow.Barred(read, row.SessionId, await MeetingRow.Live(read, row.SessionId))).Exists(one =>
                    one.Id == row.Id
                ),
            new("因利益冲突取消一场洽谈", "A meeting is off for a conflict of interest"),
            [
                new(
                    "其中一方申报了利益冲突，以下洽谈已取消。双方已收到新的日程，未被告知原因。如需补排，请重新生成洽谈日程。",
                    "One of the two has declared a conflict of interest, so the meeting below is off. Both have been sent how their meetings now stand, without the reason. To fill the gap, make a new timetable."
                ),
            ]
        );

    /// <summary>
    /// Its guest does not wish it any more, which the company never learns. Null when the wish has been taken back or the
    /// meeting is off or held.
    /// </summary>
    public static Task<Letter?> Unwanted(Statements read, string meetingId, Settings settings) =>
        Write(
            read,
            meetingId,
            settings,
            async row =>
                row.State is MeetingStatus.Planned
                && (await PreferenceTable.KeptAwayFrom(read, row.SessionId, row.InvitationId)).Contains(row.CompanyId),
            new("嘉宾不愿参加一场已公布的洽谈", "A guest does not want a published meeting"),
            [
                new(
                    "日程公布后，嘉宾表示不愿与企业进行以下洽谈。该洽谈目前照旧，双方均未收到通知，由主办方决定。",
                    "Since the timetable was published, the guest has said not to wish the meeting below. It still stands, and nobody has been told anything: it is yours to decide."
                ),
                new(
                    "重新生成并发布洽谈日程，即取消该洽谈（已锁定的请先解除锁定）；如要保留，请将其锁定。请勿向企业透露嘉宾的意愿。",
                    "The next timetable that you make and publish leaves it out (unfreeze it first if it is frozen); to keep it, freeze it. Please do not tell the company of the guest's wish."
                ),
            ]
        );

    /// <param name="read">An open connection.</param>
    /// <param name="meetingId">The meeting.</param>
    /// <param name="settings">Where links lead.</param>
    /// <param name="holds">Whether what is told is still so.</param>
    /// <param name="subject">Without the session's title.</param>
    /// <param name="says">What has happened, and what can be done.</param>
    /// <returns>Null when the session is off or over as well.</returns>
    static async Task<Letter?> Write(
        Statements read,
        string meetingId,
        Settings settings,
        Func<MeetingRow, Task<bool>> holds,
        Text subject,
        IReadOnlyList<Text> says
    )
    {
        if (
            await MeetingRow.Find(read, meetingId) is not { } row
            || await SessionFacts.Find(read, row.SessionId) is not { IsCancelled: false, IsCompleted: false } session
            || await OrganizersWith.Addresses(read, Permission.Organize) is not { Count: > 0 } organizers
            || !await holds(row)
        )
            return null;
        var name = new SessionName
        {
            Id = session.Id,
            Title = session.Title,
            TimeZone = session.TimeZone,
        };
        return new()
        {
            To = organizers,
            Subject = session.Subject(subject.Zh, subject.En),
            Greeting = new("您好：", "Hello,"),
            Says = says,
            Facts = [.. session.Facts, .. MeetingMails.Meetings(await ShowMeetings.ForOrganizers(read, name, [row]))],
            Link = Links.Session(settings, row.SessionId),
        };
    }
}
