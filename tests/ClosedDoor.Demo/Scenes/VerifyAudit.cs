using System.Text.RegularExpressions;

namespace ClosedDoor.Demo.Scenes;

/// <summary>The service is cut off, and its audit log is computed anew, hash by hash.</summary>
static partial class VerifyAudit
{
    public static async Task Play(Stage stage)
    {
        await stage.Seats(held: 0, confirmed: 8);
        await stage.Step(
            "运维",
            "不经关机直接结束服务进程",
            () =>
            {
                stage.Service.Stop();
                return Task.FromResult("已结束");
            }
        );
        await stage.Step(
            "运维",
            "运行 check-invariants，逐项核对席位、款项、候补与平台的不变量",
            async () =>
            {
                var (exitCode, output) = await stage.Service.Run("check-invariants");
                stage.Check(exitCode == 0, $"退出码 {exitCode}：{output}");
                return "全部成立";
            }
        );
        await stage.Step(
            "运维",
            "运行 verify-audit，逐条重算审计日志的哈希",
            async () =>
            {
                var (exitCode, output) = await stage.Service.Run("verify-audit");
                return exitCode == 0 && Whole().Match(output) is { Success: true } whole
                    ? $"审计日志完整：{whole.Groups["chains"]} 条哈希链，{whole.Groups["rows"]} 条记录"
                    : throw new StepFailedException($"退出码 {exitCode}：{output}");
            }
        );
    }

    [GeneratedRegex(
        "^The audit log is whole: (?<chains>[0-9]+) chains, (?<rows>[0-9]+) rows",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Whole();
}
