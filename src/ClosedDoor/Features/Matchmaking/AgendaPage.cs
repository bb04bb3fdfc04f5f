using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Pages;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>An agenda to print and carry.</summary>
static class AgendaPage
{
    public static IResult Answer(Outcome<AgendaView> agenda) =>
        agenda.Refused(out var refusal) ? Platform.Http.Answer.Refuse(refusal) : Of(agenda.Value);

    static PrintPage Of(AgendaView agenda) =>
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
                </table>
                """
            )
        );

    static Html Row(AgendaView agenda, MeetingView meeting) =>
        Html.Of(
            $"<tr><td>{agenda.Hours(meeting)}</td><td>{meeting.Table}</td><td>{agenda.With(meeting).Zh}</td><td></td></tr>"
        );
}
