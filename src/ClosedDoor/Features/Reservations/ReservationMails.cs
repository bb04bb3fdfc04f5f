using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>What a company is told about its reservation. A mail whose news has been overtaken is not sent: another one follows it.</summary>
static class ReservationMails
{
    public static async Task<Letter?> Held(Statements read, string id, Settings settings) =>
        await ReservationNews.Find(read, id, ReservationStatus.Held) is { } news
            ? news.Letter(
                settings,
                new("席位已暂留", "Seat held"),
                [
                    new(
                        "已为贵企业暂留以下闭门会场次的席位。请在截止时间前选择付款方式，逾期席位将自动释放。",
                        "A seat in the closed-door session below is held for your company. Choose how to pay before the deadline: after it the seat is released."
                    ),
                    .. ReservationNews.TalkFirst(settings),
                ],
                news.Deadline
            )
            : null;

    public static async Task<Letter?> Applied(Statements read, string id, Settings settings) =>
        await ReservationNews.Find(read, id, ReservationStatus.Applied) is { } news
            ? news.Letter(
                settings,
                new("参会申请已收到", "Application received"),
                [
                    new(
                        "我们已收到贵企业对以下闭门会场次的参会申请。主办方审核后将以邮件通知结果；在此之前尚未占用席位。",
                        "We have received your company's application for the closed-door session below. The organizer decides on it and you will be told by mail; until then no seat is taken."
                    ),
                ]
            )
            : null;

    public static async Task<Letter?> Approved(Statements read, string id, Settings settings) =>
        await ReservationNews.Find(read, id, ReservationStatus.Held) is { } news
            ? news.Letter(
                settings,
                new("参会申请已通过", "Application approved"),
                [
                    new(
                        "贵企业的参会申请已通过，席位已暂留。请在截止时间前选择付款方式，逾期席位将自动释放。",
                        "Your company's application is approved and a seat is held. Choose how to pay before the deadline: after it the seat is released."
                    ),
                    .. ReservationNews.TalkFirst(settings),
                ],
                news.Deadline
            )
            : null;

    public static async Task<Letter?> Declined(Statements read, string id, Settings settings) =>
        await ReservationNews.Find(read, id, ReservationStatus.Declined) is { } news
            ? news.Letter(
                settings,
                new("参会申请未通过", "Application declined"),
                [
                    new(
                        "很遗憾，贵企业对以下闭门会场次的参会申请未获通过。",
                        "We regret that your company's application for the closed-door session below was declined."
                    ),
                ],
                Because(news.Reservation)
            )
            : null;

    public static async Task<Letter?> Confirmed(Statements read, string id, Settings settings)
    {
        if (
            await ReservationNews.Find(
                read,
                id,
                ReservationStatus.Confirmed,
                ReservationStatus.Attended,
                ReservationStatus.NoShow
            )
            is not { } news
        )
            return null;
        var delegatesBy = news.Session.BeginsAt - Duration.FromHours(settings.DelegatesCutOffHours);
        return news.Letter(
            settings,
            new("席位已确认", "Seat confirmed"),
            [
                new(
                    "款项已到账，贵企业的席位已确认。请在截止时间前登记参会代表。",
                    "Your payment has arrived and your company's seat is confirmed. Please name your delegates before the deadline."
                ),
            ],
            new Fact(new("参会代表登记截止", "Delegates to be named by"), Wording.By(delegatesBy))
        );
    }

    public static async Task<Letter?> Expired(Statements read, string id, Settings settings)
    {
        if (await ReservationNews.Find(read, id, ReservationStatus.Expired) is not { } news)
            return null;
        var refund = await news.Refund(read);
        return news.Letter(
            settings,
            new("预订已失效", "Reservation expired"),
            [
                new(
                    "截止时间已过，贵企业的预订已失效，席位已释放。如仍有空余席位，可重新预订；席位已满时可加入候补名单。",
                    "The deadline has passed: your company's reservation has expired and its seat is released. While seats are free you may reserve again; when the session is full you may join the waitlist."
                ),
                .. ToBeRefunded(news.Reservation, refund),
            ],
            refund
        );
    }

    public static async Task<Letter?> Cancelled(Statements read, string id, Settings settings)
    {
        if (await ReservationNews.Find(read, id, ReservationStatus.Cancelled) is not { } news)
            return null;
        var refund = await news.Refund(read);
        return news.Letter(
            settings,
            new("预订已取消", "Reservation cancelled"),
            [
                new(
                    "贵企业在以下闭门会场次的预订已取消。",
                    "Your company's reservation in the closed-door session below is cancelled."
                ),
                .. ToBeRefunded(news.Reservation, refund),
            ],
            [Because(news.Reservation), .. refund]
        );
    }

    public static async Task<Letter?> Moved(Statements read, string id, Settings settings) =>
        await ReservationNews.Find(
            read,
            id,
            ReservationStatus.Applied,
            ReservationStatus.Held,
            ReservationStatus.AwaitingPayment,
            ReservationStatus.Confirmed
        )
            is { } news
            ? news.Letter(
                settings,
                new("场次安排有变更", "The session has been rescheduled"),
                [
                    new(
                        "以下闭门会场次的日期、时间或地点已有变更，请以本邮件所列为准；席位与款项不受影响。",
                        "The date, time or place of the closed-door session below has changed: what this mail lists holds. Your seat and payment are not affected."
                    ),
                ]
            )
            : null;

    static Text[] ToBeRefunded(ReservationRow reservation, Fact[] refund) =>
        refund.Length == 0 ? []
        : reservation.RefundAmount == 0
            ?
            [
                new(
                    "按该预订的退款规则，所付款项不予退还。",
                    "By the refund policy of this reservation nothing of what was paid goes back."
                ),
            ]
        : reservation.RefundAmount < reservation.PriceAmount
            ? [new("以下金额将退还至原付款账户。", "The amount below goes back to the account that it came from.")]
        : [new("已收到的款项将退还至原付款账户。", "The money received goes back to the account that it came from.")];

    // The organizer's or the company's own words stand as they were written, in both halves.
    static Fact Because(ReservationRow reservation) =>
        new(
            new("原因", "Reason"),
            (Words.TryParse<EndedBecause>(reservation.EndedBecause), reservation.EndedNote) switch
            {
                (EndedBecause.SessionCancelled, _) => new Text("场次已取消", "the session is cancelled"),
                (_, { } words) => new Text(words, words),
                _ => new Text("未说明", "not given"),
            }
        );
}
