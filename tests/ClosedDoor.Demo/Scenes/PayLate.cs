using ClosedDoor.Domain;
using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>A transfer comes after its deadline, when the seat is another's: all of it goes back, by finance's hand.</summary>
static class PayLate
{
    public static async Task Play(Stage stage)
    {
        var (late, next) = (stage.Paying[^1], stage.Holders[^1]);
        var seat = late.Seat;
        var reservation = (await late.Api.Get($"/reservations/{late.ReservationId}")).Expect(200);
        await stage.SkipTo(
            reservation.At("holdExpiresAt") + Duration.FromHours(9),
            $"{late.Name}的款项在截止日及宽限之后仍未到账"
        );
        await stage.Mailed(late, "预订已失效");
        await stage.Seats(held: 0, confirmed: 7);
        await Rebook(stage, next);
        stage.Check(next.Seat == seat, $"应得到 {seat} 号席位，实为 {next.Seat} 号。");

        await stage.Step(
            stage.Finance.Name,
            $"导入流水，{late.Name}的款项此时才到",
            async () =>
            {
                var row = await ImportStatements.Row(stage, late, Stage.Price, $"BK{late.Number:D4}-9");
                (
                    await stage.Finance.Api.Import("/bank-statements", "流水.csv", ImportStatements.File([row]), false)
                ).Expect(200);
                var payment = (await late.Api.Get($"/payments/{late.PaymentId}")).Expect(200);
                stage.Check(payment.Text("status") == "refund_due", $"应待退款：{payment.Body}");
                return $"按附言归入其原付款；席位已归{next.Name}，应全额退还 {payment.Money("refundDue")}";
            }
        );
        await stage.Mailed(late, "款项将退还");
        await PayBack(stage, late);

        await Receive(stage, next);
        await SameLineTwice(stage, next);
        await stage.Seats(held: 0, confirmed: 8);
    }

    /// <summary>A company that had lost its seat takes one that is free, and is to pay by transfer.</summary>
    public static async Task Rebook(Stage stage, Company company)
    {
        await stage.Step(
            company.Name,
            "看到有空席，重新预订",
            async () =>
            {
                var held = (await company.Api.Post($"/sessions/{stage.SessionId}/reservations")).Expect(201);
                company.ReservationId = held.Id;
                company.Seat = held["seatNumber"].GetInt64();
                return $"得到 {company.Seat} 号席位";
            }
        );
        await ChooseHowToPay.ByTransfer(stage, company);
    }

    /// <summary>Finance enters by hand what has come on the account.</summary>
    public static async Task Receive(Stage stage, Company company)
    {
        await stage.Step(
            stage.Finance.Name,
            $"手工登记{company.Name}到账 {Money.Cny(Stage.Price)}",
            async () =>
            {
                var payment = (await stage.Finance.Api.Post(Path(company), Line(stage, company))).Expect(200);
                stage.Check(payment.Text("status") == "confirmed", $"付款应为已确认：{payment.Body}");
                return $"{company.Seat} 号席位已确认";
            }
        );
        await stage.Mailed(company, "席位已确认");
        stage.Confirmed.Add(company);
    }

    static Task SameLineTwice(Stage stage, Company company) =>
        stage.Step(
            stage.Finance.Name,
            "误将同一笔银行流水再登记一次",
            async () =>
                (await stage.Finance.Api.Post(Path(company), Line(stage, company))).ExpectRefusal(
                    409,
                    "bank_serial_recorded"
                )
        );

    static async Task PayBack(Stage stage, Company company)
    {
        await stage.Step(
            stage.Finance.Name,
            "从银行汇出退款，登记流水号",
            async () =>
            {
                var refunds = (await stage.Finance.Api.Get($"/refunds?paymentId={company.PaymentId}")).Expect(200);
                var id = refunds["items"][0].GetProperty("id").GetString();
                var paidOn = stage.Today.ToString("uuuu-MM-dd", null);
                var paid = (
                    await stage.Finance.Api.Post($"/refunds/{id}/pay", new { bankSerial = "BK9003-R", paidOn })
                ).Expect(200);
                stage.Check(paid.Text("status") == "refunded", $"退款应为已退：{paid.Body}");
                return $"已退 {paid.Money("amount")} 至原付款账户 {paid.Text("payeeAccount")}";
            }
        );
        await stage.Mailed(company, "款项已退还");
    }

    static string Path(Company company) => $"/payments/{company.PaymentId}/receive";

    static object Line(Stage stage, Company company) =>
        new
        {
            bankSerial = $"SN{company.Number:D4}-1",
            amount = new { amount = Stage.Price, currency = "CNY" },
            payerName = company.Name,
            payerAccount = "6222000000000000",
            receivedOn = stage.Today.ToString("uuuu-MM-dd", null),
        };
}
