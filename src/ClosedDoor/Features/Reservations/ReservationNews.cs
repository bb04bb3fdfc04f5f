using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Reservations;

/// <summary>What a mail about a reservation is written from, and the form that all of them have.</summary>
sealed record ReservationNews(ReservationRow Reservation, Addressee Company, SessionFacts Session)
{
    /// <summary>
    /// Null when the reservation or its company is gone, or when it is in none of the <paramref name="states"/> that the
    /// mail speaks of.
    /// </summary>
    public static async Task<ReservationNews?> Find(Statements read, string id, params ReservationStatus[] states)
    {
        if (await ReservationRow.Find(read, id) is not { } reservation || !states.Contains(reservation.State))
            return null;
        return
            await Addressee.Find(read, reservation.CompanyId) is { } company
            && await SessionFacts.Find(read, reservation.SessionId) is { } session
            ? new(reservation, company, session)
            : null;
    }

    /// <summary>
    /// A letter that begins with what has happened and lists session, seat and code; <paramref name="facts"/> follow them.
    /// </summary>
    public Letter Letter(Settings settings, Text subject, IReadOnlyList<Text> says, params Fact[] facts)
    {
        List<Fact> all = [.. Session.Facts];
        if (Reservation.SeatNumber is { } seat && Reservation.State.TakesSeat())
            all.Add(new(new("席位号", "Seat number"), Wording.Number(seat)));
        all.Add(new(new("预订编号", "Reservation code"), Reservation.Code));
        all.AddRange(facts);
        return new()
        {
            To = Company.To,
            Subject = Session.Subject(subject.Zh, subject.En),
            Greeting = Company.Greeting,
            Says = says,
            Facts = all,
            Link = Links.Reservation(settings, Reservation.Id),
        };
    }

    /// <summary>For a company that is asked to choose how to pay: what comes before, where the operator requires it.</summary>
    public static Text[] TalkFirst(Settings settings) =>
        settings.ConsultationRequired
            ?
            [
                new(
                    "选择付款方式前须先完成线上咨询，请尽快预约顾问时段；预约后，席位将暂留至咨询结束并留出选择付款方式的时间。",
                    "An online consultation comes before the payment: please book an advisor's slot soon. Once it is booked, the seat is kept until it is over and there has been time to choose how to pay."
                ),
            ]
            : [];

    /// <summary>The deadline of a held seat, as a line of the letter.</summary>
    public Fact Deadline =>
        new(
            new("截止时间", "Deadline"),
            Wording.By(Reservation.HoldExpiresAt!.Value, Reservation.HoldInCalendarDays == 1)
        );

    /// <summary>What becomes of money that has come in for a seat that is lost; nothing when none has.</summary>
    public async Task<Fact[]> Refund(Statements read)
    {
        var due = await read.Get<long>(
            $"SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund WHERE reservation_id = @Id AND {RefundStates.Live}",
            new { Reservation.Id }
        );
        if (due == 0 && Reservation.RefundAmount is null)
            return [];
        // While its bank contests the money nothing is promised yet.
        var frozen = due == 0 && Reservation.RefundAmount > 0;
        var amount = Wording.Yuan(frozen ? Reservation.RefundAmount!.Value : due, Reservation.PriceCurrency);
        return
        [
            new(
                new("待退款金额", "To be refunded"),
                frozen
                        ? new Text(
                            $"{amount}（款项存在银行争议，裁定后退还）",
                            $"{amount} (once your bank no longer contests the payment)"
                        )
                    : Reservation.RefundInCalendarDays == 1 ? Wording.CountedInCalendarDays(new(amount, amount))
                    : new Text(amount, amount)
            ),
        ];
    }
}
