using ClosedDoor.Domain;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Pages;
using NodaTime;

namespace ClosedDoor.Features.Payments;

/// <summary>A receipt (收据) for the money of one payment, to be printed. It is no fapiao, and says so.</summary>
public static class PrintReceipt
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/payments/{paymentId}/receipt", Handle)
            .Named("PrintReceipt", "A receipt for the money of a payment, to be printed")
            .RequireAuthorization(Policy.SignedIn)
            .Produces(200, contentType: "text/html")
            .Refuses(Refusals.NotFound, Refusals.WrongPaymentStatus);

    static async Task<IResult> Handle(string paymentId, Caller caller, Database db, Settings settings)
    {
        var page = await db.Read<Outcome<Html>>(async read =>
        {
            if (
                await read.Find<PaymentRow>($"{PaymentRow.Select} WHERE payment.id = @paymentId", new { paymentId })
                    is not { } payment
                || !caller.MaySee(payment.CompanyId)
                || await SessionFacts.Find(read, payment.SessionId) is not { } session
            )
                return Refusals.NotFound;
            if (payment.Received == 0)
                return Refusals.WrongPaymentStatus.Because("尚未收到款项。", "No money has come in yet.");
            var name = await read.Get<string>("SELECT name FROM company WHERE id = @CompanyId", payment);
            var receipts = await read.All<Line>(
                "SELECT method, serial, amount, received_on FROM receipt WHERE payment_id = @paymentId ORDER BY recorded_at, serial",
                new { paymentId }
            );
            return Write(payment, name, session.Title, receipts, settings.PayeeName ?? "", caller.Now);
        });
        return page.Refused(out var refusal) ? Answer.Refuse(refusal) : new PrintPage("收据", page.Value);
    }

    static Html Write(
        PaymentRow payment,
        string company,
        string session,
        List<Line> receipts,
        string payee,
        Instant now
    ) =>
        Html.Of(
            $"""
            <h1>收据 Receipt</h1>
            <p class="right small">编号 No. {payment.Id}</p>
            <p>今收到 <strong>{company}</strong> 交来以下款项。Received from {company}:</p>
            <table>
            <thead><tr><th>收款日期 Date</th><th>方式 Method</th><th>流水号 Serial</th><th>金额 Amount</th></tr></thead>
            <tbody>
            {Html.Each(
                receipts,
                line =>
                    Html.Of(
                        $"<tr><td>{Wording.On(line.ReceivedOn).Zh}</td><td>{MethodOf(line)}</td><td>{line.Serial}</td><td class=\"right\">{Wording.Yuan(line.Amount, payment.Currency)}</td></tr>"
                    )
            )}
            <tr><th colspan="3">合计 Total</th><th class="right">{Wording.Yuan(
                payment.Received,
                payment.Currency
            )}</th></tr>
            {Back(payment)}
            </tbody>
            </table>
            <p>事由 For：{session}（{payment.Reference}）</p>
            <p class="right">收款单位 Payee：{payee}（盖章 seal）</p>
            <p class="right">打印日期 Printed：{Wording.On(Zones.Today(now)).Zh}</p>
            <p class="small">本收据不是发票，不得作为税务凭证。This receipt is not a fapiao and no tax document.</p>
            """
        );

    static Html Back(PaymentRow payment) =>
        payment.Refunded == 0
            ? Html.Nothing
            : Html.Of(
                $"<tr><th colspan=\"3\">其中已退还 Of which refunded</th><th class=\"right\">{Wording.Yuan(payment.Refunded, payment.Currency)}</th></tr>"
            );

    static string MethodOf(Line line) =>
        Words.Parse<PaymentMethod>(line.Method) is PaymentMethod.Stripe ? "在线支付 Online"
        : line.Serial.StartsWith(ApplyRefund.Serial, StringComparison.Ordinal) ? "原款转入 Carried over"
        : "对公转账 Bank transfer";

    sealed record Line
    {
        public string Method { get; init; } = "";
        public string Serial { get; init; } = "";
        public long Amount { get; init; }
        public LocalDate ReceivedOn { get; init; }
    }
}
