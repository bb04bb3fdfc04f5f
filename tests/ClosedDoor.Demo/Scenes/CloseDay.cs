using ClosedDoor.Domain;
using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>The day is over: who was there, what guests received and from whom, what they endorse, and who is asked later.</summary>
static class CloseDay
{
    public static async Task Play(Stage stage)
    {
        await stage.SkipTo(stage.Day, new LocalTime(17, 30), "闭门会结束");
        await Complete(stage);
        await Benefits(stage);
        await Endorse(stage);
        await Credit(stage);
        await Report(stage);
        var company = stage.Confirmed[0];
        await stage.SkipTo(stage.Day.PlusDays(31), new LocalTime(9, 0), "会后 30 天");
        await stage.Mailed(company, "请登记洽谈后的合作进展");
        stage.Remark("90 天、180 天再各询问一次；只问确已进行的洽谈");
    }

    static async Task Complete(Stage stage)
    {
        var path = $"/sessions/{stage.SessionId}";
        await stage.Step(
            "主办方",
            "结束场次，按签到记录确定出席",
            async () =>
            {
                (await stage.Owner.Api.Post($"{path}/close")).Expect(200);
                (await stage.Owner.Api.Post($"{path}/complete")).Expect(200);
                foreach (var company in stage.Confirmed)
                {
                    var seat = (await company.Api.Get($"/reservations/{company.ReservationId}")).Expect(200);
                    stage.Check(seat.Text("status") == "attended", $"应为已出席：{seat.Body}");
                }
                return "八家企业均已出席";
            }
        );
        await stage.Mailed(stage.Guests[0], "感谢您出席");
    }

    static async Task Benefits(Stage stage)
    {
        var (official, expert) = (stage.Guests.First(one => !one.MayMeet), stage.Guests.First(one => one.IsExpert));
        await stage.Step(
            "主办方",
            $"登记{official.Name}的差旅费由示例学会支付",
            async () => (await Benefit(stage, official, Society)).ExpectRefusal(409, "benefit_to_official")
        );
        await stage.Step(
            "主办方",
            $"登记{expert.Name}的差旅费由{stage.Confirmed[0].Name}支付",
            async () =>
            {
                (
                    await stage.Owner.Api.Upload(
                        $"/invitations/{expert.Id}/approval",
                        "批准文件.pdf",
                        Sample.Pdf("专家单位批准"),
                        ""
                    )
                ).Expect(200);
                return (await Benefit(stage, expert, Sample.Uscc(stage.Confirmed[0].Number))).ExpectRefusal(
                    409,
                    "payer_is_company"
                );
            }
        );
        await stage.Step(
            "主办方",
            $"改由示例学会支付{expert.Name}的差旅费，单位批准文件在案",
            async () =>
                $"已登记 {(await Benefit(stage, expert, Society)).Expect(201).Money("amount")}，只可划去，不可删改"
        );
    }

    static readonly string Society = SocialCreditCode.Compose("51110000MA0000001").Value;

    static Task<Reply> Benefit(Stage stage, Guest guest, string payer) =>
        stage.Owner.Api.Post(
            $"/sessions/{stage.SessionId}/benefits",
            new
            {
                invitationId = guest.Id,
                kind = "travel",
                amount = new { amount = 86_000, currency = "CNY" },
                payerName = payer == Society ? "示例学会" : stage.Confirmed[0].Name,
                payerUscc = payer,
                tiedToPromotion = false,
            }
        );

    static Task Endorse(Stage stage)
    {
        var expert = stage.Guests.First(one => one.IsExpert);
        return stage.Step(
            expert.Name,
            $"同意为{stage.Confirmed[0].Name}背书「愿在课题范围内提供学术指导」",
            async () =>
            {
                var said = (
                    await stage.Owner.Api.Post(
                        $"/sessions/{stage.SessionId}/endorsements",
                        new
                        {
                            invitationId = expert.Id,
                            companyId = stage.Confirmed[0].Id,
                            statement = "愿在课题范围内提供学术指导。",
                        }
                    )
                ).Expect(201);
                (await expert.Api.Put($"/invitation/endorsements/{said.Id}", new { consents = true })).Expect(200);
                return "已记录，可随时撤回；不公开，不作广告";
            }
        );
    }

    static Task Credit(Stage stage) =>
        stage.Step(
            stage.Finance.Name,
            "核对洽谈保证次数的补偿",
            async () =>
            {
                var credits = (await stage.Finance.Api.Post($"/sessions/{stage.SessionId}/meeting-credits")).Expect(
                    200
                );
                stage.Check(credits["items"].GetArrayLength() == 0, $"不应有补偿：{credits.Body}");
                return "各企业均达到保证次数，无须补偿";
            }
        );

    static Task Report(Stage stage) =>
        stage.Step(
            "主办方",
            "查看会后报告",
            async () =>
            {
                var report = (await stage.Owner.Api.Get($"/sessions/{stage.SessionId}/report")).Expect(200);
                stage.Check(
                    report.Text("delegates.present") == "9" && report.Text("guests.present") == "12",
                    $"出席人数不符：{report.Body}"
                );
                return $"代表应到 {report.Text("delegates.expected")} 实到 {report.Text("delegates.present")}；嘉宾应到 {report.Text("guests.expected")} 实到 {report.Text("guests.present")}；差旅登记 {report.Money("benefits")}；背书 {report.Text("endorsements")} 项";
            }
        );
}
