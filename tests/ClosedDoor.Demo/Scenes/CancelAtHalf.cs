using ClosedDoor.Domain;
using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>
/// A company that paid online gives its seat up when half is what its policy still gives: the one that it booked under,
/// whatever the organizer makes of it since.
/// </summary>
static class CancelAtHalf
{
    static readonly RefundPolicy Policy = RefundPolicy.Parse("10:100,3:50").Value;

    public static async Task Play(Stage stage)
    {
        var (cancels, next) = (stage.Holders[ImportStatements.Companies], stage.Holders[^2]);
        await stage.Step(
            stage.Owner.Name,
            "将本场次今后预订的退款规则收紧为不退",
            async () =>
            {
                (
                    await stage.Owner.Api.Patch(
                        $"/sessions/{stage.SessionId}",
                        new { refundPolicy = new { tiers = Array.Empty<object>() } }
                    )
                ).Expect(200);
                return "已修改；此前的预订仍按预订时冻结的规则";
            }
        );
        var day = Enumerable
            .Range(1, 60)
            .Select(stage.Today.PlusDays)
            .First(day => day >= stage.Day || Policy.On(day, stage.Day).Percent == 50);
        var left = Policy.On(day, stage.Day);
        await stage.SkipTo(day, new LocalTime(10, 0), $"距开会还有 {left.Days} 个工作日");
        await stage.Step(
            cancels.Name,
            $"取消已付款的 {cancels.Seat} 号席位",
            async () =>
            {
                (
                    await cancels.Api.Post(
                        $"/reservations/{cancels.ReservationId}/cancel",
                        new { reason = "产品线调整" }
                    )
                ).Expect(200);
                return "已取消，按冻结的规则退 50%";
            }
        );
        await stage.Step(
            stage.Finance.Name,
            "查看退款",
            async () =>
            {
                var refunds = await Stage.Until(
                    async () => (await stage.Finance.Api.Get($"/refunds?paymentId={cancels.PaymentId}")).Expect(200),
                    reply => reply["items"][0].GetProperty("status").GetString() == "refunded"
                );
                var amount = refunds["items"][0].GetProperty("amount").GetProperty("amount").GetInt64();
                stage.Check(amount == Stage.Price / 2, $"应退一半，实退 {Money.Cny(amount)}。");
                return $"已由 Stripe 原路退回 {Money.Cny(amount)}，无须财务操作";
            }
        );
        await stage.Mailed(cancels, "款项已退还");
        stage.Confirmed.Remove(cancels);
        await stage.Seats(held: 0, confirmed: 7);
        await PayLate.Rebook(stage, next);
        await PayLate.Receive(stage, next);
        await stage.Seats(held: 0, confirmed: 8);
    }
}
