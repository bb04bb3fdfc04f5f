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
                """
                SELECT method, COALESCE(origin, serial) AS serial, amount, received_on,
                    CASE WHEN origin IS NULL THEN 0 ELSE 1 END AS carried_over
                FROM receipt WHERE payment_id = @paymentId ORDER BY recorded_at, receipt.serial
                """,
                new { paymentId }
            );
            var carriedOn = await read.Get<long>(
                """
                SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM refund
                WHERE payment_id = @paymentId AND applied_to IS NOT NULL
                """,
                new { paymentId }
            );
            return Write(payment, name, session.Title, receipts, carriedOn, settings.PayeeName ?? "", caller.Now);
        });
        return page.Refused(out var refusal) ? Answer.Refuse(refusal) : new PrintPage("收据", page.Value);
    }

    static Html Write(
        PaymentRow payment,
        string company,
        string session,
        List<Line> receipts,
        long carriedOn,
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
                        $"<tr><td>{Wording.On(line.ReceivedOn).Zh}</td><td>{MethodOf(line)}</td><td>{SerialOf(line)}</td><td class=\"right\">{Wording.Yuan(line.Amount, payment.Currency)}</td></tr>"
                    )
            )}
            <tr><th colspan="3">合计 Total</th><th class="right">{Wording.Yuan(
                payment.Received,
                payment.Currency
            )}</th></tr>
            {Less(payment, "其中已退还 Of which refunded", payment.Refunded - carriedOn)}
            {Less(payment, "其中已转用于其他预订 Of which taken for another reservation", carriedOn)}
            {Less(payment, "其中被付款方银行收回或有争议 Of which taken back by the payer's bank, or contested", payment.TakenBack)}
            </tbody>
            </table>
            <p>事由 For：{session}（{payment.Reference}）</p>
            <p class="right">收款单位 Payee：{payee}（盖章 seal）</p>
            <p class="right">打印日期 Printed：{Wording.On(Zones.Today(now)).Zh}</p>
            <p class="small">本收据不是发票，不得作为税务凭证。This receipt is not a fapiao and no tax document.</p>
            """
        );

    static Html Less(PaymentRow payment, string what, long amount) =>
        amount == 0
            ? Html.Nothing
            : Html.Of(
                $"<tr><th colspan=\"3\">{what}</th><th class=\"right\">{Wording.Yuan(amount, payment.Currency)}</th></tr>"
            );

    static string MethodOf(Line line) =>
        line.CarriedOver == 1 ? "原款转入 Carried over"
        : Words.Parse<PaymentMethod>(line.Method) is PaymentMethod.Stripe ? "在线支付 Online"
        : "对公转账 Bank transfer";

    /// <summary>Under which the money left its payer; what we call it where the bank says nothing tells nobody anything.</summary>
    static string SerialOf(Line line) =>
        line.Serial.StartsWith(MoneyReceived.OwnSerial, StringComparison.Ordinal) ? "—" : line.Serial;

    sealed record Line
    {
        public string Method { get; init; } = "";

        /// <summary>Under which it came in first.</summary>
        public string Serial { get; init; } = "";
        public long CarriedOver { get; init; }
        public long Amount { get; init; }
        public LocalDate ReceivedOn { get; init; }
    }
}
