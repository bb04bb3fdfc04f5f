using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>One holder cancels and one lets its hold lapse: who waits moves up, in order, each with a deadline of its own.</summary>
static class MoveUp
{
    public static async Task Play(Stage stage)
    {
        var (cancels, lapses) = (stage.Holders[6], stage.Holders[7]);
        var (first, second) = (stage.Waiting[0], stage.Waiting[1]);
        var lapsesAt = (await lapses.Api.Get($"/reservations/{lapses.ReservationId}")).Expect(200).At("holdExpiresAt");

        await stage.Step(
            cancels.Name,
            $"取消 {cancels.Seat} 号席位",
            async () =>
            {
                var cancelled = (
                    await cancels.Api.Post($"/reservations/{cancels.ReservationId}/cancel", new { reason = "行程冲突" })
                ).Expect(200);
                stage.Check(cancelled.Text("status") == "cancelled", "预订应为已取消。");
                return "已取消，席位即刻释放";
            }
        );
        await Promoted(stage, first, cancels.Seat);
        await stage.Seats(held: 7, confirmed: 1);
        await stage.Step(
            second.Name,
            "查看候补名次",
            async () =>
            {
                var entry = (await second.Api.Get($"/waitlist/{second.WaitlistId}")).Expect(200);
                stage.Check(entry.Text("position") == "1", "应升为候补第 1 位。");
                return "升为候补第 1 位";
            }
        );
        await stage.Mailed(cancels, "预订已取消");

        await Lapse(stage, lapses, lapsesAt);
        await Promoted(stage, second, lapses.Seat);
        await stage.Seats(held: 7, confirmed: 1);
        await stage.Mailed(lapses, "预订已失效");
        await stage.Step(
            lapses.Name,
            "到期之后才选择对公转账",
            async () =>
                (
                    await lapses.Api.Post(
                        $"/reservations/{lapses.ReservationId}/payments",
                        new { method = "bank_transfer" }
                    )
                ).ExpectRefusal(409, "hold_lapsed")
        );

        await ChooseHowToPay.Online(stage, first, cardIsDeclined: false);
        await ChooseHowToPay.ByTransfer(stage, second);
        await stage.Seats(held: 6, confirmed: 2);
    }

    static async Task Lapse(Stage stage, Company company, Instant lapsesAt)
    {
        await stage.SkipTo(
            lapsesAt + Duration.FromSeconds(1),
            $"{company.Name}没有选择付款，{company.Seat} 号席位暂留 36 分钟到期"
        );
        await stage.Step(
            company.Name,
            "查看自己的预订",
            async () =>
            {
                var status = await Stage.Until(
                    async () => (await company.Api.Get($"/reservations/{company.ReservationId}")).Expect(200),
                    reply => reply.Text("status") == "expired"
                );
                return status.Text("endedBecause") == "deadline_passed"
                    ? "已到期失效，席位释放"
                    : throw new StepFailedException($"应因到期失效：{status.Body}");
            }
        );
    }

    static async Task Promoted(Stage stage, Company company, long seat)
    {
        await stage.Step(
            company.Name,
            "候补轮到",
            async () =>
            {
                await Stage.Until(
                    async () => (await company.Api.Get($"/waitlist/{company.WaitlistId}")).Expect(200),
                    entry => entry.Text("status") == "promoted"
                );
                var own = (await company.Api.Get($"/reservations?sessionId={stage.SessionId}&status=held")).Expect(200);
                var reservation = (await company.Api.Get($"/reservations/{own["items"][0].GetProperty("id")}")).Expect(
                    200
                );
                company.ReservationId = reservation.Id;
                company.Seat = reservation["seatNumber"].GetInt64();
                stage.Check(company.Seat == seat, $"应递补 {seat} 号席位，实为 {company.Seat} 号。");
                return $"递补 {seat} 号席位，须在 {reservation.By("holdExpiresAt")} 前选择付款";
            }
        );
        await stage.Mailed(company, "候补已递补");
    }
}
