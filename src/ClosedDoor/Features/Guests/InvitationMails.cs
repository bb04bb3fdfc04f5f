using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Guests;

/// <summary>What a guest is written. The venue is told to those whom we ask to come; nobody else learns of it by mail.</summary>
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
            IssueInvitationLink.ExpiresAt(session.BeginsAt)
        );
    }
}
