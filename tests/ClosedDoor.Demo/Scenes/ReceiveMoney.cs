using ClosedDoor.Domain;

namespace ClosedDoor.Demo.Scenes;

/// <summary>Finance records by hand what the other three have paid, and nothing counts twice.</summary>
static class ReceiveMoney
{
    public static async Task Play(Stage stage)
    {
        for (var i = ImportStatements.Companies; i < stage.Paying.Count; i++)
        {
            var company = stage.Paying[i];
            await Receive(stage, company, $"SN{company.Number:D4}-1", Stage.Price);
            await stage.Seats(held: 7 - i, confirmed: i + 1);
            if (i == ImportStatements.Companies)
                await SameLineTwice(stage, company);
        }
        foreach (var company in stage.Paying)
            await stage.Mailed(company, "席位已确认");
        var confirmed = stage.Mail.Count("席位已确认");
        stage.Check(confirmed == Stage.OpenSeats, $"应有 {Stage.OpenSeats} 封确认邮件，实有 {confirmed} 封。");
        await NameDelegates(stage, stage.Paying[0]);
        stage.Remark($"至此共发出 {stage.Mail.Total} 封邮件，均可在数据目录 mail/ 下打开");
    }

    static Task Receive(Stage stage, Company company, string serial, long fen) =>
        stage.Step(
            stage.Finance.Name,
            $"登记{company.Name}到账 {Money.Cny(fen)}",
            async () =>
            {
                var payment = (await stage.Finance.Api.Post(Path(company), Line(company, serial, fen))).Expect(200);
                stage.Check(payment.Text("status") == "confirmed", $"付款应为 confirmed：{payment.Body}");
                var reservation = (await company.Api.Get($"/reservations/{company.ReservationId}")).Expect(200);
                stage.Check(reservation.Text("status") == "confirmed", $"预订状态不符：{reservation.Body}");
                return $"{company.Seat} 号席位已确认";
            }
        );

    static Task SameLineTwice(Stage stage, Company company) =>
        stage.Step(
            stage.Finance.Name,
            "误将同一笔银行流水再登记一次",
            async () =>
                (
                    await stage.Finance.Api.Post(Path(company), Line(company, $"SN{company.Number:D4}-1", Stage.Price))
                ).ExpectRefusal(409, "bank_serial_recorded")
        );

    static Task NameDelegates(Stage stage, Company company) =>
        stage.Step(
            company.Name,
            "登记两名参会代表",
            async () =>
            {
                var delegates = new[]
                {
                    new
                    {
                        name = "示例代表甲",
                        jobTitle = "总经理",
                        phone = "13800000011",
                        email = "delegate1@example.com",
                    },
                    new
                    {
                        name = "示例代表乙",
                        jobTitle = "市场总监",
                        phone = "13800000012",
                        email = "delegate2@example.com",
                    },
                };
                (await company.Api.Put($"/reservations/{company.ReservationId}/delegates", delegates)).Expect(200);
                return "已登记";
            }
        );

    static string Path(Company company) => $"/payments/{company.PaymentId}/receive";

    static object Line(Company company, string serial, long fen) =>
        new
        {
            bankSerial = serial,
            amount = new { amount = fen, currency = "CNY" },
            payerName = company.Name,
            payerAccount = "6222000000000000",
            receivedOn = Stage.Today.ToString("uuuu-MM-dd", null),
        };
}
