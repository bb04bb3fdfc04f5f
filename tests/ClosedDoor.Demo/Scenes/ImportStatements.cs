using System.Globalization;
using System.Text;
using ClosedDoor.Domain;

namespace ClosedDoor.Demo.Scenes;

/// <summary>
/// Five companies pay, and finance imports what the bank exports: four fit exactly, one has paid too little and tops up,
/// a zero row sends nobody anything, a stranger's money goes back, and no file counts twice.
/// </summary>
static class ImportStatements
{
    public const int Companies = 5;

    const int Short = 1;
    const long FirstPart = 3_000_000;

    public static async Task Play(Stage stage)
    {
        await stage.Mailed(stage.Paying[0], "请对公转账");
        var paying = stage.Paying[..Companies];
        var rows = new List<string>();
        foreach (var company in paying)
            rows.Add(
                await Row(
                    stage,
                    company,
                    company == paying[Short] ? FirstPart : Stage.Price,
                    $"BK{company.Number:D4}-1"
                )
            );
        rows.Add(Line(stage, 0, paying[0].Name, "手续费冲正", "BK9001-1"));
        rows.Add(Line(stage, 10_000, "示例企业路人", "误付", "BK9002-1"));

        await Import(
            stage,
            "试导入银行流水（GBK 编码 CSV，7 行），不落账",
            rows,
            dryRun: true,
            confirmed: 4,
            queued: 2,
            duplicates: 0,
            rejected: 1
        );
        await stage.Seats(held: 6, confirmed: 2);
        var first = await Import(
            stage,
            "正式导入",
            rows,
            dryRun: false,
            confirmed: 4,
            queued: 2,
            duplicates: 0,
            rejected: 1
        );
        await stage.Seats(held: 2, confirmed: 6);
        await Import(
            stage,
            "误将同一文件再导入一次",
            rows,
            dryRun: false,
            confirmed: 0,
            queued: 0,
            duplicates: 6,
            rejected: 1
        );

        await Match(stage, paying[Short], first["lines"][Short].GetProperty("lineId").GetString()!);
        await stage.Mailed(paying[Short], "款项不足，请补足");
        rows.Add(await Row(stage, paying[Short], Stage.Price - FirstPart, $"BK{paying[Short].Number:D4}-2"));
        await Import(
            stage,
            "导入次日流水，与前一份重叠，另有补足款",
            rows,
            dryRun: false,
            confirmed: 1,
            queued: 0,
            duplicates: 6,
            rejected: 1
        );
        await stage.Seats(held: 1, confirmed: 7);
        foreach (var company in paying)
        {
            await stage.Mailed(company, "席位已确认");
            stage.Confirmed.Add(company);
        }
        await Return(stage, first["lines"][Companies + 1].GetProperty("lineId").GetString()!);
    }

    public static async Task<Reply> Import(
        Stage stage,
        string what,
        List<string> rows,
        bool dryRun,
        int confirmed,
        int queued,
        int duplicates,
        int rejected
    )
    {
        Reply? reply = null;
        await stage.Step(
            stage.Finance.Name,
            what,
            async () =>
            {
                reply = (await stage.Finance.Api.Import("/bank-statements", "流水.csv", File(rows), dryRun)).Expect(
                    200
                );
                var told = (
                    reply["confirmed"].GetInt32(),
                    reply["queued"].GetInt32(),
                    reply["duplicates"].GetInt32(),
                    reply["rejected"].GetInt32()
                );
                stage.Check(told == (confirmed, queued, duplicates, rejected), $"导入结果不符：{reply.Body}");
                return $"确认 {confirmed}，待处理 {queued}，重复 {duplicates}，拒绝 {rejected}";
            }
        );
        return reply!;
    }

    static Task Match(Stage stage, Company company, string lineId) =>
        stage.Step(
            stage.Finance.Name,
            $"将{company.Name}的不足款归入其付款",
            async () =>
            {
                var line = (await stage.Finance.Api.Get($"/bank-lines/{lineId}")).Expect(200);
                stage.Check(line.Text("reason") == "underpaid", $"原因应为金额不足：{line.Body}");
                (
                    await stage.Finance.Api.Post($"/bank-lines/{lineId}/match", new { paymentId = company.PaymentId })
                ).Expect(200);
                var payment = (await stage.Finance.Api.Get($"/payments/{company.PaymentId}")).Expect(200);
                stage.Check(payment.Text("status") == "underpaid", $"付款应为待补足：{payment.Body}");
                return $"已收 {payment.Money("received")}，应付 {payment.Money("amount")}，等候补足";
            }
        );

    static Task Return(Stage stage, string lineId) =>
        stage.Step(
            stage.Finance.Name,
            "将来历不明的款项原路退回",
            async () =>
            {
                (await stage.Finance.Api.Post($"/bank-lines/{lineId}/return", new { reason = "付款方称误付" })).Expect(
                    200
                );
                var paidOn = stage.Today.ToString("uuuu-MM-dd", null);
                var line = (
                    await stage.Finance.Api.Post($"/bank-lines/{lineId}/pay", new { bankSerial = "BK9002-R", paidOn })
                ).Expect(200);
                stage.Check(line.Text("status") == "returned", $"应为已退回：{line.Body}");
                return $"已退 {line.Money("amount")}，银行流水号 {line.Text("returnSerial")}";
            }
        );

    public static async Task<string> Row(Stage stage, Company company, long fen, string serial)
    {
        var payment = (await company.Api.Get($"/payments/{company.PaymentId}")).Expect(200);
        return Line(stage, fen, company.Name, $"闭门会席位费 {payment.Text("reference")}", serial);
    }

    static string Line(Stage stage, long fen, string payer, string remark, string serial) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{stage.Today:uuuu-MM-dd},{fen / 100}.{fen % 100:00},{payer},6222000000000000,{remark},{serial}"
        );

    /// <summary>As a bank's website exports it.</summary>
    public static byte[] File(List<string> rows) =>
        CodePagesEncodingProvider
            .Instance.GetEncoding("GBK")!
            .GetBytes(
                $"示例银行账户交易明细\r\n交易日期,收入金额,对方户名,对方账号,附言,流水号\r\n{string.Join("\r\n", rows)}\r\n"
            );
}
