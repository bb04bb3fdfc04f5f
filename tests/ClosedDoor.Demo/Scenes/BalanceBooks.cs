using System.Text.Json;
using ClosedDoor.Domain;

namespace ClosedDoor.Demo.Scenes;

/// <summary>What the session has brought in, to the fen: ours, the provider's, and the ledger's.</summary>
static class BalanceBooks
{
    /// <summary>Eight who come, and the one who gave its seat up. The money that came too late bought none.</summary>
    const long Sold = Stage.OpenSeats + 1;

    public static async Task Play(Stage stage)
    {
        await stage.Step(
            stage.Finance.Name,
            "查看场次对账单",
            async () =>
            {
                var statement = (await stage.Finance.Api.Get($"/sessions/{stage.SessionId}/statement")).Expect(200);
                long Fen(string name) => statement[$"{name}.amount"].GetInt64();
                stage.Check(Fen("revenue") == Sold * Stage.Price, $"营收不符：{statement.Body}");
                stage.Check(Fen("refunds") == Stage.Price / 2, $"退款不符：{statement.Body}");
                stage.Check(Fen("outstanding") == 0 && Fen("refundsOpen") == 0, $"不应有未结：{statement.Body}");
                stage.Check(
                    Fen("net") == Fen("revenue") - Fen("refunds") - Fen("fees"),
                    $"净额应等于营收减退款减手续费：{statement.Body}"
                );
                stage.Check(Fen("received") == (Sold + 1) * Stage.Price, $"到账不符：{statement.Body}");
                stage.Check(
                    Fen("refundsPaid") == Stage.Price + (Stage.Price / 2) && Fen("cash") == Fen("net"),
                    $"现金应等于净额：{statement.Body}"
                );
                return $"营收 {statement.Money("revenue")} − 退款 {statement.Money("refunds")} − 手续费 {statement.Money("fees")} = 净额 {statement.Money("net")}";
            }
        );
        await stage.Step(
            stage.Finance.Name,
            "与银行、Stripe 的实际进出核对",
            async () =>
            {
                var statement = (await stage.Finance.Api.Get($"/sessions/{stage.SessionId}/statement")).Expect(200);
                var theirs = await stage.Checkout.Books();
                long Their(string name) => theirs.GetProperty(name).GetInt64();
                stage.Check(Their("charged") == 2 * Stage.Price, $"Stripe 收款不符：{theirs}");
                stage.Check(Their("refunded") == Stage.Price / 2, $"Stripe 退款不符：{theirs}");
                stage.Check(Their("fees") == statement["fees.amount"].GetInt64(), $"Stripe 手续费不符：{theirs}");
                return $"共到账 {statement.Money("received")}，退出 {statement.Money("refundsPaid")}，手续费 {Money.Cny(Their("fees"))}，余 {statement.Money("cash")}，分毫不差";
            }
        );
        await stage.Step(
            "运维",
            "查看总账自检（复式记账，借贷两边及各明细账逐项相符）",
            async () =>
            {
                using var ready = JsonDocument.Parse(await stage.Service.Http.GetStringAsync("/readyz"));
                var ledger = ready.RootElement.GetProperty("checks").GetProperty("ledger");
                stage.Check(ledger.GetProperty("status").GetString() == "ok", $"总账不平：{ledger}");
                return "总账平衡";
            }
        );
        await Export(stage);
    }

    static Task Export(Stage stage) =>
        stage.Step(
            stage.Finance.Name,
            "导出对账单（CSV），用途「月结」",
            async () =>
            {
                var file = (
                    await stage.Finance.Api.Get(
                        $"/sessions/{stage.SessionId}/statement/export?format=csv&reason={Uri.EscapeDataString("月结")}"
                    )
                ).Expect(200);
                stage.Check(file.Body.Contains("月结", StringComparison.Ordinal), "文件应注明用途。");
                return "已导出，文件注明导出人、时间与用途，并记入审计日志";
            }
        );
}
