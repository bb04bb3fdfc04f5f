using ClosedDoor.Domain;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Invitations;

/// <summary>
/// What guests are written before they have a ticket, and companies of the guest list: without the venue, which stands
/// where a guest's own link leads.
/// </summary>
static class InvitationMails
{
    public static Task<LinkedLetter?> Invited(Statements read, string id, Settings settings, string link) =>
        Asking(
            read,
            id,
            link,
            new("诚挚邀请您出席", "You are invited"),
            new(
                "诚挚邀请您出席以下医疗机构对接闭门会。请通过下方专属链接确认是否出席；链接仅供您本人使用，无需密码。",
                "You are cordially invited to the closed-door session below. Please answer by the personal link below; it is yours alone and needs no password."
            )
        );

    public static Task<LinkedLetter?> Reminded(Statements read, string id, Settings settings, string link) =>
        Asking(
            read,
            id,
            link,
            new("请确认是否出席", "Please answer the invitation"),
            new(
                "我们尚未收到您对以下闭门会邀请的答复，烦请通过专属链接确认是否出席。",
                "We have not had your answer to the invitation below yet. Please answer by your personal link."
            )
        );

    /// <summary>To the right mailbox, after a wrong one: the invitation, or to who has accepted it the way to the own page.</summary>
    public static async Task<LinkedLetter?> Readdressed(Statements read, string id, Settings settings, string link)
    {
        if (await InvitationRow.Find(read, id) is not { Email: { } email } row)
            return null;
        if (row.State is not InvitationStatus.Accepted)
            return await Invited(read, id, settings, link);
        if (await SessionFacts.Find(read, row.SessionId) is not { IsCancelled: false } session)
            return null;
        var linkHolds = IssueInvitationLink.ExpiresAt(session.BeginsAt);
        return new(
            new Letter
            {
                To = [email],
                Subject = session.Subject("您的专属链接", "Your personal link"),
                Greeting = new($"{row.Name}，您好：", $"Dear {row.Name},"),
                Says =
                [
                    new(
                        "您的邮箱已更正，此前发往原邮箱的链接均已失效。请通过下方专属链接查看闭门会安排与您的个人信息；链接仅供您本人使用，无需密码。",
                        "Your e-mail address has been corrected, and the links sent to the former one have ended. By the personal link below you see the session and your own data; it is yours alone and needs no password."
                    ),
                ],
                Facts = session.Facts,
                Link = link,
            },
            linkHolds,
            PointlessFrom: linkHolds
        );
    }

    /// <summary>Null once an answer has come: nobody is asked again what they have said.</summary>
    static async Task<LinkedLetter?> Asking(Statements read, string id, string link, Text subject, Text says)
    {
        if (
            await InvitationRow.Find(read, id) is not { Email: { } email } row
            || !row.State.AwaitsReply()
            || await SessionFacts.Find(read, row.SessionId) is not { } session
            || session.IsCancelled
        )
            return null;
        return new(
            new Letter
            {
                To = [email],
                Subject = session.Subject(subject.Zh, subject.En),
                Greeting = new($"{row.Name}，您好：", $"Dear {row.Name},"),
                Says = [says],
                Facts = session.Facts,
                Link = link,
            },
            IssueInvitationLink.ExpiresAt(session.BeginsAt),
            PointlessFrom: session.BeginsAt
        );
    }

    /// <summary>To a guest without a ticket: day, time or place have changed, or the guest is not expected any more.</summary>
    public static async Task<LinkedLetter?> Told(Statements read, string id, Settings settings, string link)
    {
        if (
            await InvitationRow.Find(read, id) is not { Email: { } email } row
            || await SessionFacts.Find(read, row.SessionId) is not { } session
            || row.State is InvitationStatus.Declined or InvitationStatus.Standby
        )
            return null;
        var off = session.IsCancelled || row.State is InvitationStatus.Withdrawn;
        return new(
            new Letter
            {
                To = [email],
                Subject = off
                    ? session.Subject("出席安排已取消", "You are not expected")
                    : session.Subject("日程有变更", "The day has changed"),
                Greeting = new($"{row.Name}，您好：", $"Dear {row.Name},"),
                Says =
                [
                    off
                        ? new(
                            "您在以下闭门会的出席安排已取消：场次取消，或邀请已由主办方收回。给您带来不便，敬请谅解。",
                            "You are not expected at the closed-door session below: it is cancelled, or the invitation is taken back. We are sorry for the trouble."
                        )
                        : new(
                            "以下闭门会的日期、时间或地点有变更。请通过专属链接查看，并确认届时能否出席。",
                            "Day, time or place of the closed-door session below have changed. Please look by your personal link, and say whether you can be there."
                        ),
                ],
                Facts = session.Facts,
                Link = off ? null : link,
            },
            IssueInvitationLink.ExpiresAt(session.BeginsAt),
            PointlessFrom: off ? null : session.BeginsAt
        );
    }

    /// <summary>Counts and no names: who left, and who comes instead, is the guests' own affair.</summary>
    public static async Task<Letter?> ListChanged(Statements read, string reservationId, Settings settings)
    {
        if (await ReservationNews.Find(read, reservationId, ReservationStatus.Confirmed) is not { } news)
            return null;
        var quorum = await QuorumView.Of(read, news.Reservation.SessionId, settings);
        return news.Letter(
            settings,
            new("嘉宾安排有调整", "The guest list has changed"),
            [
                new(
                    "以下闭门会场次的一位嘉宾因故不能出席，我们已按候补名单安排。您的席位不受影响。",
                    "One of the guests of the closed-door session below cannot come; we are filling the place from the list of substitutes. Your seat is not affected."
                ),
            ],
            new Fact(new("已确认医院", "Hospitals confirmed"), Wording.Number(quorum.Has.Hospitals)),
            new Fact(
                new("已确认卫健委嘉宾与科研专家", "Officials and experts confirmed"),
                Wording.Number(quorum.Has.Experts)
            )
        );
    }
}
