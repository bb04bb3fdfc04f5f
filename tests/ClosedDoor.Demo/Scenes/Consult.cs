using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>An online talk with an advisor: booked, moved, and ended with a draft of the cooperation that no rule stands against.</summary>
static class Consult
{
    public static async Task Play(Stage stage)
    {
        var company = stage.Confirmed[1];
        var slots = new List<string>();
        await stage.Step(
            "主办方",
            "发布示例顾问的两个线上咨询时段",
            async () =>
            {
                foreach (var days in new[] { 2, 3 })
                    slots.Add(await Slot(stage, stage.Now + Duration.FromDays(days)));
                return "已发布";
            }
        );
        var id = "";
        await stage.Step(
            company.Name,
            "预约第一个时段，后改到第二个",
            async () =>
            {
                id = (
                    await company.Api.Post(
                        $"/reservations/{company.ReservationId}/consultation",
                        new { slotId = slots[0] }
                    )
                )
                    .Expect(201)
                    .Id;
                var moved = (await company.Api.Post($"/consultations/{id}/move", new { slotId = slots[1] })).Expect(
                    200
                );
                stage.Check(moved.Text("slot.id") == slots[1], "应改到第二个时段。");
                var file = (await company.Api.Get($"/consultations/{id}/calendar")).Expect(200);
                stage.Check(file.Body.Contains("BEGIN:VEVENT", StringComparison.Ordinal), "应有日历文件。");
                return "已改期；邮件所附日历同一条目随之移动";
            }
        );
        await stage.SkipTo(stage.Now + Duration.FromDays(3) + Duration.FromHours(1), "线上咨询结束");
        await stage.Step(
            "主办方",
            "起草合作模式：与公立医院联合运营并分取利润",
            async () =>
            {
                (await Draft(stage, id, "joint_operation", forProfit: true)).Expect(201);
                var refused = await stage.Owner.Api.Post($"/consultations/{id}/finish");
                return $"{refused.ExpectRefusal(409, "cooperation_model_blocked")}：{refused.Text("detail")}";
            }
        );
        await stage.Step(
            "主办方",
            "改为第三方服务，需求「缩短影像报告出具时间」对应功能「报告自动初稿」",
            async () =>
            {
                var draft = (await Draft(stage, id, "third_party_service", forProfit: false)).Expect(201);
                (await stage.Owner.Api.Post($"/consultations/{id}/finish")).Expect(200);
                return $"第 {draft.Text("number")} 版通过合规检查，咨询结束，各版留存";
            }
        );
    }

    static async Task<string> Slot(Stage stage, Instant begins) => (
            await stage.Owner.Api.Post(
                $"/sessions/{stage.SessionId}/consultation-slots",
                new
                {
                    advisor = "示例顾问",
                    advisorEmail = "advisor@example.com",
                    beginsAt = begins.ToString(),
                    endsAt = (begins + Duration.FromMinutes(45)).ToString(),
                    joinUrl = "https://meeting.example.com/1",
                }
            )
        ).Expect(201).Id;

    static Task<Reply> Draft(Stage stage, string id, string model, bool forProfit) =>
        stage.Owner.Api.Post(
            $"/consultations/{id}/drafts",
            new
            {
                model,
                hospitalFounder = "government",
                forProfit,
                departments = "none",
                terms = "由企业提供设备运维与人员培训，医院自主运营科室。",
                needs = new[] { new { need = "缩短影像报告出具时间", function = "报告自动初稿" } },
            }
        );
}
