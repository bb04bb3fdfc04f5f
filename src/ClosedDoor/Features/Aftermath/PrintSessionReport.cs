using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Pages;

namespace ClosedDoor.Features.Aftermath;

/// <summary>The session's report as a page to print.</summary>
public static class PrintSessionReport
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/sessions/{sessionId}/report/page", Handle)
            .Named("PrintSessionReport", "The session's report as a page to print")
            .RequireAuthorization(Policy.Staff)
            .Produces(200, contentType: "text/html")
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string sessionId, Caller caller, Database db)
    {
        var made = await ShowSessionReport.Execute(db, sessionId);
        if (made.Refused(out var refusal))
            return Answer.Refuse(refusal);
        var report = made.Value;
        var stamp = await PrintStamp.Put(db, caller, "report.printed", sessionId, "会后总结", report.Companies.Count);
        return new PrintPage(
            $"会后报告：{report.Title}",
            Html.Of(
                $"""
                <h1>会后报告</h1><p class="center">{report.Title}</p>
                <table><tbody>
                <tr><th>企业代表</th><td>应到 {report.Delegates.Expected}，实到 {report.Delegates.Present}，缺席 {report.Delegates.Absent}</td></tr>
                <tr><th>嘉宾</th><td>应到 {report.Guests.Expected}，实到 {report.Guests.Present}，缺席 {report.Guests.Absent}</td></tr>
                <tr><th>重复扫码</th><td>{report.DuplicateScans}</td></tr>
                <tr><th>差旅食宿登记</th><td>{Wording.Yuan(report.Benefits.Amount, report.Benefits.Currency)}</td></tr>
                <tr><th>经本人同意的背书</th><td>{report.Endorsements}</td></tr>
                </tbody></table>
                <h2>企业出席情况</h2>
                <table><thead><tr><th>企业</th><th>席位</th><th>应到</th><th>实到</th></tr></thead><tbody>{Html.Each(
                    report.Companies,
                    one =>
                        Html.Of(
                            $"<tr><td>{one.Company}</td><td>{Said(one.Status)}</td><td>{one.People.Expected}</td><td>{one.People.Present}</td></tr>"
                        )
                )}</tbody></table>
                {stamp}
                """
            )
        );
    }

    static string Said(ReservationStatus status) =>
        status switch
        {
            ReservationStatus.Attended => "出席",
            ReservationStatus.NoShow => "缺席",
            ReservationStatus.Confirmed => "已确认",
            _ => "未付款",
        };
}
