using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Pages;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>Somebody's meetings, to print and carry.</summary>
static class MeetingsPage
{
    public static IResult Answer(Outcome<MeetingsView> view) =>
        view.Refused(out var refusal) ? Platform.Http.Answer.Refuse(refusal) : Of(view.Value, Html.Nothing);

    /// <summary>All meetings of a session name guests whatever they agreed to: such a page is stamped.</summary>
    public static async Task<IResult> Answer(Outcome<MeetingsView> view, Database db, Caller caller) =>
        view.Refused(out var refusal)
            ? Platform.Http.Answer.Refuse(refusal)
            : Of(
                view.Value,
                await PrintStamp.Put(
                    db,
                    caller,
                    "meetings.printed",
                    view.Value.SessionId,
                    "现场洽谈引导",
                    view.Value.Meetings.Count
                )
            );

    static PrintPage Of(MeetingsView view, Html stamp) =>
        new(
            $"洽谈日程 {view.Holder.Zh}",
            Html.Of(
                $"""
                <h1>一对一洽谈日程</h1>
                <p>{view.SessionTitle}</p>
                <p>{view.Holder.Zh}</p>
                <table>
                <thead><tr><th>时间（{Wording.Zone(
                    view.TimeZone
                ).Zh}）</th><th>洽谈桌</th><th>洽谈对象</th><th>备注</th></tr></thead>
                <tbody>{Html.Each(view.Meetings, meeting => Row(view, meeting))}</tbody>
                </table>{stamp}
                """
            )
        );

    static Html Row(MeetingsView view, MeetingView meeting) =>
        Html.Of(
            $"<tr><td>{view.Hours(meeting)}</td><td>{meeting.Table}</td><td>{view.With(meeting).Zh}</td><td></td></tr>"
        );
}
