using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Delegates;

/// <summary>What a delegate and the company are told of the organizer's decision, and the company of a person's own.</summary>
static class DelegateMails
{
    /// <summary>Seats whose people may still come.</summary>
    static readonly ReservationStatus[] Ahead =
    [
        ReservationStatus.Applied,
        ReservationStatus.Held,
        ReservationStatus.AwaitingPayment,
        ReservationStatus.Confirmed,
    ];

    public static async Task<LinkedLetter?> Approved(Statements read, string id, Settings settings, string link)
    {
        if (
            await DelegateRow.Find(read, id) is not { State: DelegateVetting.Approved, Email.Length: > 0 } row
            || await ReservationNews.Find(read, row.ReservationId, Ahead) is not { } news
        )
            return null;
        return new(
            new Letter
            {
                To = [row.Email],
                Subject = news.Session.Subject("请确认参会文件", "Please accept the delegates' documents"),
                Greeting = new($"{row.Name}，您好：", $"Dear {row.Name},"),
                Says =
                [
                    new(
                        $"{news.Company.Name} 提名您参加以下闭门会，主办方已审核通过。请通过专属链接阅读并确认保密协议与廉洁承诺书；未确认者当天无法签到。",
                        $"{news.Company.Name} sends you to the closed-door session below, and the organizer has approved. Please read and accept the NDA and the integrity pledge by your personal link: without them you cannot check in."
                    ),
                ],
                Facts = news.Session.Facts,
                Link = link,
            },
            IssueDelegateLink.ExpiresAt(news.Session.BeginsAt),
            PointlessFrom: news.Session.BeginsAt
        );
    }

    public static async Task<Letter?> Refused(Statements read, string id, Settings settings)
    {
        if (
            await DelegateRow.Find(read, id) is not { State: DelegateVetting.Refused } row
            || await ReservationNews.Find(read, row.ReservationId, Ahead) is not { } news
        )
            return null;
        return news.Letter(
            settings,
            new("参会代表未通过审核", "Delegate not approved"),
            [
                new(
                    "以下参会代表未通过主办方审核，请另行登记人员；席位与款项不受影响。",
                    "The organizer has not approved the delegate below. Please name somebody else: your seat and payment are not affected."
                ),
            ],
            new Fact(new("参会代表", "Delegate"), row.Name),
            new Fact(new("原因", "Reason"), row.VettingNote ?? "")
        );
    }

    public static async Task<Letter?> Left(Statements read, string reservationId, Settings settings) =>
        await ReservationNews.Find(read, reservationId, Ahead) is { } news
            ? news.Letter(
                settings,
                new("一位参会代表不再参会", "A delegate is no longer coming"),
                [
                    new(
                        "贵企业的一位参会代表已自行删除其个人信息，不再参加以下闭门会。如需派其他人员，请另行登记；席位与款项不受影响。",
                        "One of your delegates has erased the personal data that we kept, and is no longer coming to the session below. You may name somebody else: your seat and payment are not affected."
                    ),
                ]
            )
            : null;
}
