using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;

namespace ClosedDoor.Features.Payments;

/// <summary>What a company is told about its payment. Nobody is asked for money that has come in the meantime.</summary>
static class PaymentMails
{
    public static async Task<Letter?> Requested(Statements read, string id, Settings settings) =>
        await Find(read, id, PaymentStatus.AwaitingTransfer) is { } news
            ? news.Letter(
                settings,
                new("请对公转账", "Corporate bank transfer requested"),
                [
                    new(
                        "请在截止时间前通过对公转账支付席位费用。",
                        "Please pay for the seat by corporate bank transfer before the deadline."
                    ),
                    HowToPay(news.Payment),
                ],
                [
                    new(new("应付金额", "Amount"), news.Yuan(news.Payment.Amount)),
                    .. Payee(settings, news.Payment),
                    Due(news.Payment),
                ]
            )
            : null;

    public static async Task<Letter?> Underpaid(Statements read, string id, Settings settings) =>
        await Find(read, id, PaymentStatus.Underpaid) is { } news
            ? news.Letter(
                settings,
                new("款项不足，请补足", "Payment incomplete"),
                [
                    new(
                        "我们已收到贵企业的转账，但金额不足。请在截止时间前补足差额，席位方可确认。",
                        "We have received your company's transfer, but it is not the whole amount. Please pay the rest before the deadline, so that the seat can be confirmed."
                    ),
                    HowToPay(news.Payment),
                ],
                [
                    new(new("应付金额", "Amount"), news.Yuan(news.Payment.Amount)),
                    new(new("已收金额", "Received"), news.Yuan(news.Payment.Received)),
                    new(new("尚欠金额", "Missing"), news.Yuan(news.Payment.Amount - news.Payment.Counted)),
                    .. Payee(settings, news.Payment),
                    Due(news.Payment),
                ]
            )
            : null;

    public static async Task<Letter?> Overpaid(Statements read, string id, Settings settings) =>
        await Find(read, id, PaymentStatus.Overpaid) is { } news
            ? news.Letter(
                settings,
                new("多付款项将退还", "Overpayment to be refunded"),
                [
                    new(
                        "贵企业的席位已确认。我们收到的款项多于应付金额，多付部分将退还至原付款账户。",
                        "Your company's seat is confirmed. More than the price has come; the difference goes back to the account that it came from."
                    ),
                ],
                [
                    new(new("应付金额", "Amount"), news.Yuan(news.Payment.Amount)),
                    new(new("已收金额", "Received"), news.Yuan(news.Payment.Received)),
                    new(new("待退款金额", "To be refunded"), news.Yuan(news.Payment.RefundsOpen)),
                    new(new("付款附言", "Payment reference"), news.Payment.Reference),
                ]
            )
            : null;

    public static async Task<Letter?> RefundDue(Statements read, string id, Settings settings)
    {
        if (await Find(read, id, PaymentStatus.RefundDue) is not { } news)
            return null;
        var refunds = await RefundTable.Of(read, id);
        List<Text> says =
        [
            refunds[^1].Cause is RefundCause.DisputeWon
                ? new(
                    "银行已就贵企业付款的争议作出裁定。预订已取消，应退款项将退还至原付款账户。",
                    "The bank has decided about the payment that was contested. The reservation was cancelled, and what is due goes back to the account that it came from."
                )
                : new(
                    "我们已收到贵企业的款项，但预订已结束且未能取得席位。款项将退还至原付款账户。",
                    "We have received your company's money, but the reservation has ended and no seat could be given for it. The money goes back to the account that it came from."
                ),
        ];
        List<Fact> facts =
        [
            new(new("待退款金额", "To be refunded"), news.Yuan(news.Payment.RefundsOpen)),
            new(new("付款附言", "Payment reference"), news.Payment.Reference),
        ];
        if (refunds.Find(refund => refund.Offered is not null)?.Offered is { } until)
        {
            says.Add(
                new(
                    "如希望将该款项改用于贵企业在其他场次的席位，请先预订，并在下列时间前书面告知我们；逾期将自动退款。",
                    "If you would rather have it pay for a seat of yours at another session, reserve that seat and tell us in writing by the time below; after it the money is sent back."
                )
            );
            facts.Add(new(new("可改用至", "May be taken until"), Wording.By(until, false)));
        }
        return news.Letter(settings, new("款项将退还", "Payment to be refunded"), says, facts);
    }

    /// <summary>A refund has left: told of by its own id.</summary>
    public static async Task<Letter?> RefundPaid(Statements read, string refundId, Settings settings)
    {
        if (
            await RefundTable.Find(read, refundId) is not { State: RefundStatus.Refunded } refund
            || await Addressee.Find(read, refund.CompanyId) is not { } company
            || await SessionFacts.Find(read, refund.SessionId) is not { } session
        )
            return null;
        List<Fact> facts =
        [
            .. session.Facts,
            new(new("退款金额", "Refunded"), Wording.Yuan(refund.Amount, refund.Currency)),
        ];
        if (refund.BankSerial is { } serial)
            facts.Add(new(new("银行流水号", "Bank serial"), serial));
        return new()
        {
            To = company.To,
            Subject = refund.AppliedTo is null
                ? session.Subject("款项已退还", "Payment refunded")
                : session.Subject("款项已转用", "Payment taken for another reservation"),
            Greeting = company.Greeting,
            Says =
            [
                refund.AppliedTo is not null
                    ? new(
                        "应贵企业要求，该款项未退回，已转用于贵企业的另一笔预订。",
                        "As your company asked, this money was not sent back: it has been taken for another reservation of yours."
                    )
                : refund.ByHand == 1
                    ? new(
                        "退款已通过银行转账汇出，到账时间以银行为准。",
                        "The refund has been sent by bank transfer; when it arrives is for the banks to say."
                    )
                : new(
                    "退款已按原支付方式退回，到账时间以支付机构为准。",
                    "The refund has gone back the way that you paid; when it arrives is for the provider to say."
                ),
            ],
            Facts = facts,
            Link = Links.Reservation(settings, refund.ReservationId),
        };
    }

    /// <summary>
    /// A refund of which the company was told has come back. Null when it has been paid again since: of that it is told.
    /// </summary>
    public static async Task<Letter?> RefundCameBack(Statements read, string refundId, Settings settings)
    {
        if (
            await RefundTable.Find(read, refundId) is not { State: not RefundStatus.Refunded } refund
            || await Addressee.Find(read, refund.CompanyId) is not { } company
            || await SessionFacts.Find(read, refund.SessionId) is not { } session
        )
            return null;
        return new()
        {
            To = company.To,
            Subject = session.Subject("退款被退回", "Refund has come back"),
            Greeting = company.Greeting,
            Says =
            [
                new(
                    "此前通知贵企业已汇出的退款未能到账，已退回至我方。该款项仍属于贵企业，我们将再次退款；如退款账户有变，请与我们联系。",
                    "The refund that we told you of did not arrive: it has come back to us. The money is still yours and will be sent again; if your account has changed, please let us know."
                ),
            ],
            Facts =
            [
                .. session.Facts,
                new(new("待退款金额", "To be refunded"), Wording.Yuan(refund.Amount, refund.Currency)),
            ],
            Link = Links.Reservation(settings, refund.ReservationId),
        };
    }

    static Text HowToPay(PaymentRow payment) =>
        new(
            $"请务必在转账附言（备注、用途）中填写 {payment.Reference}，否则我们无法识别贵企业的款项。请以贵企业的对公账户付款。",
            $"Be sure to write {payment.Reference} into the transfer's remark (附言): without it we cannot tell whose money it is. Please pay from your company's own account."
        );

    static Fact Due(PaymentRow payment) =>
        new(new("付款截止时间", "To be paid by"), Wording.By(payment.DueAt, payment.DueInCalendarDays == 1));

    /// <exception cref="InvalidOperationException">The operator's account is not set any more: the mail waits until it is.</exception>
    static Fact[] Payee(Settings settings, PaymentRow payment)
    {
        var payee =
            PayeeView.From(settings)
            ?? throw new InvalidOperationException("A payment was requested and the payee's account is not set.");
        return
        [
            new(new("收款户名", "Payee"), payee.Name),
            new(new("收款账号", "Account"), payee.Account),
            new(new("开户行", "Bank"), payee.Bank),
            new(new("付款附言", "Payment reference"), payment.Reference),
        ];
    }

    static async Task<News?> Find(Statements read, string id, PaymentStatus state) =>
        await read.Find<PaymentRow>($"{PaymentRow.Select} WHERE payment.id = @id", new { id }) is { } payment
        && payment.State == state
        && await Addressee.Find(read, payment.CompanyId) is { } company
        && await SessionFacts.Find(read, payment.SessionId) is { } session
            ? new News(payment, company, session)
            : null;

    sealed record News(PaymentRow Payment, Addressee Company, SessionFacts Session)
    {
        public string Yuan(long amount) => Wording.Yuan(amount, Payment.Currency);

        public Letter Letter(Settings settings, Text subject, IReadOnlyList<Text> says, IReadOnlyList<Fact> facts) =>
            new()
            {
                To = Company.To,
                Subject = Session.Subject(subject.Zh, subject.En),
                Greeting = Company.Greeting,
                Says = says,
                Facts = [.. Session.Facts, .. facts],
                Link = Links.Reservation(settings, Payment.ReservationId),
            };
    }
}
