using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Pages;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>An agenda to print and carry.</summary>
static class AgendaPage
{
    public static IResult Answer(Outcome<AgendaView> agenda) =>
        agenda.Refused(out var refusal) ? Platform.Http.Answer.Refuse(refusal) : Of(agenda.Value, Html.Nothing);

    /// <summary>All meetings of a session name guests whatever they agreed to: such a page is stamped.</summary>
    public static async Task<IResult> Answer(Outcome<AgendaView> agenda, Database db, Caller caller) =>
        agenda.Refused(out var refusal)
            ? Platform.Http.Answer.Refuse(refusal)
            : Of(
                agenda.Value,
                await PrintStamp.Put(
                    db,
                    caller,
                    "meetings.printed",
                    agenda.Value.SessionId,
                    "现场洽谈引导",
                    agenda.Value.Meetings.Count
                )
            );

    static PrintPage Of(AgendaView agenda, Html stamp) =>
        new(
            $"洽谈日程 {agenda.Holder.Zh}",
            Html.Of(
                $"""
                <h1>一对一洽谈日程</h1>
                <p>{agenda.SessionTitle}</p>
                <p>{agenda.Holder.Zh}</p>
                <table>
                <thead><tr><th>时间</th><th>洽谈桌</th><th>洽谈对象</th><th>备注</th></tr></thead>
                <tbody>{Html.Each(agenda.Meetings, meeting => Row(agenda, meeting))}</tbody>
                </table>{stamp}
                """
            )
        );

    static Html Row(AgendaView agenda, MeetingView meeting) =>
        Html.Of(
            $"<tr><td>{agenda.Hours(meeting)}</td><td>{meeting.Table}</td><td>{agenda.With(meeting).Zh}</td><td></td></tr>"
        );
}
