using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Tells the organizers of a meeting that was taken off because one of the two has declared a conflict of interest.</summary>
static class BarredMeetingMail
{
    /// <summary>Null when the session is off or over, or the declaration has been taken back.</summary>
    public static async Task<Letter?> Write(Statements read, string meetingId, Settings settings)
    {
        if (
            await MeetingRow.Find(read, meetingId) is not { } row
            || await SessionFacts.Find(read, row.SessionId) is not { IsCancelled: false, IsCompleted: false } session
            || await OrganizersWith.Addresses(read, Permission.Organize) is not { Count: > 0 } organizers
        )
            return null;
        var barred = await MeetingRow.Barred(read, row.SessionId, await MeetingRow.Live(read, row.SessionId));
        if (barred.TrueForAll(one => one.Id != meetingId))
            return null;
        var name = (await SessionName.Find(read, row.SessionId))!;
        return new()
        {
            To = organizers,
            Subject = session.Subject("因利益冲突取消一场洽谈", "A meeting is off for a conflict of interest"),
            Greeting = new("您好：", "Hello,"),
            Says =
            [
                new(
                    "其中一方申报了利益冲突，以下洽谈已取消。双方已收到新的日程，未被告知原因。如需补排，请重新生成洽谈日程。",
                    "One of the two has declared a conflict of interest, so the meeting below is off. Both have been sent how their meetings now stand, without the reason. To fill the gap, make a new timetable."
                ),
            ],
            Facts = [.. session.Facts, .. MeetingMails.Meetings(await ShowMeetings.ForOrganizers(read, name, [row]))],
            Link = Links.Session(settings, row.SessionId),
        };
    }
}
