using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Pages;

namespace ClosedDoor.Features.Invitations;

/// <summary>邀请函: the numbered letter to the guest's unit, to be printed and stamped.</summary>
public static class InvitationLetter
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/invitations/{invitationId}/letter", Handle)
            .Named("InvitationLetter", "Print the invitation letter to the unit")
            .RequireAuthorization(Policy.Staff)
            .Produces(200, contentType: "text/html")
            .Refuses(Refusals.NotFound);

    static async Task<IResult> Handle(string invitationId, Database db, Settings settings, Caller caller)
    {
        var page = await db.Read(async read =>
            await InvitationRow.Find(read, invitationId) is { } row
                ? Page(row, (await DaySheet.Find(read, row.SessionId))!, settings, caller)
                : null
        );
        return page ?? Answer.Refuse(Refusals.NotFound);
    }

    static PrintPage Page(InvitationRow row, DaySheet session, Settings settings, Caller caller)
    {
        var number = Number(row, session);
        var post = PostOf(row);
        var dateLine = Wording.On(session.Date).Zh;
        var today = Wording.On(Zones.Today(row.InvitedAt ?? caller.Now)).Zh;
        var sender = settings.PayeeName ?? "主办方";
        var zone = Wording.Zone(session.TimeZone).Zh;
        return new PrintPage(
            $"邀请函 {number}",
            Html.Of(
                $"""
                <p class="right small">{number}</p>
                <h1>邀请函</h1>
                <p>{row.Unit}：</p>
                <p class="indent">为促进医疗机构与企业依法合规开展交流，我们定于{dateLine}在{session.City}举办“{session.Title}”。诚邀贵单位{row.Name}{post}出席。</p>
                <p class="indent">时间：{dateLine} {Wording.Hour(session.StartsAt)}–{Wording.Hour(
                    session.EndsAt
                )}（{zone}）</p>
                <p class="indent">地点：{session.Venue}</p>
                {Approval(row)}
                <p class="indent">本次活动不涉及任何采购承诺；采购均按正规流程办理。请贵单位予以支持为盼。</p>
                <p class="right">{sender}（盖章）</p>
                <p class="right">{today}</p>
                """
            )
        );
    }

    /// <summary>函〔2027〕0301-9K2D-3: the year and day of the session, the end of its id, for a day may have several, and the number on its list.</summary>
    internal static string Number(InvitationRow row, DaySheet session) =>
        $"函〔{session.Date.Year}〕{session.Date:MMdd}-{session.Id[^4..].ToUpperInvariant()}-{Wording.Number(row.Number)}";

    static Html Approval(InvitationRow row) =>
        row.GuestKind is GuestKind.HealthCommissionOfficial
            ? Html.Of(
                $"<p class=\"indent\">依照《中华人民共和国公务员法》，请贵单位出具同意参会的书面批准文件。本次活动不向参会公务员支付任何费用、礼品或报酬。</p>"
            )
            : Html.Nothing;

    static string PostOf(InvitationRow row) =>
        Words.TryParse<Post>(row.Post) switch
        {
            Post.President => "院长",
            Post.PartySecretary => "书记",
            Post.VicePresident => "副院长",
            Post.DivisionHead => "处长",
            Post.DepartmentHead => "主任",
            Post.DeputyDepartmentHead => "副主任",
            _ => "同志",
        };
}
