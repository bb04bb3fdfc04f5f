using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Reservations;

/// <summary>What a company on the waitlist is told.</summary>
static class WaitlistMails
{
    public static async Task<Letter?> Promoted(Statements read, string reservationId, Settings settings) =>
        await ReservationNews.Find(read, reservationId, ReservationStatus.Held) is { } news
            ? news.Letter(
                settings,
                new("候补已递补", "Promoted from the waitlist"),
                [
                    new(
                        "候补名单已轮到贵企业，席位已暂留。请在截止时间前选择付款方式，逾期席位将释放给下一家候补企业。",
                        "Your company has moved up from the waitlist and a seat is held. Choose how to pay before the deadline: after it the seat goes to the next company that waits."
                    ),
                    .. ReservationNews.TalkFirst(settings),
                ],
                news.Deadline
            )
            : null;

    public static async Task<Letter?> Ended(Statements read, string entryId, Settings settings)
    {
        if (
            await read.Find<WaitlistRow>($"{WaitlistRow.Select} WHERE id = @entryId", new { entryId }) is not { } entry
            || await Addressee.Find(read, entry.CompanyId) is not { } company
            || await SessionFacts.Find(read, entry.SessionId) is not { } session
        )
            return null;
        return new()
        {
            To = company.To,
            Subject = session.Subject("候补已结束", "Waitlist ended"),
            Greeting = company.Greeting,
            Says =
            [
                session.IsCancelled
                    ? new(
                        "以下闭门会场次已取消，贵企业的候补随之结束。",
                        "The closed-door session below is cancelled, and with it your company's place on the waitlist."
                    )
                : session.IsCompleted
                    ? new(
                        "以下闭门会场次已结束，贵企业的候补随之结束。",
                        "The closed-door session below is over, and with it your company's place on the waitlist."
                    )
                : new(
                    "候补名单已轮到贵企业，但贵企业目前不符合预订条件（资质审核未通过或已到期、证书将在场次日前到期，或已有预订），候补已结束。",
                    "Your company's turn on the waitlist came, but it may not take a seat at present (no valid vetting, a certificate that expires before the session day, or a reservation that it has already). Its place on the waitlist has ended."
                ),
            ],
            Facts = session.Facts,
            Link = Links.Session(settings, session.Id),
        };
    }
}
