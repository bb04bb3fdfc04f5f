using System.Text.Json;
using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>The meetings are held, both sides say so, and what comes of them counts once both have confirmed it.</summary>
static class MeetAndRecord
{
    public static async Task Play(Stage stage)
    {
        var meetings = await Meetings(stage);
        var (first, second, last) = (meetings[0], meetings[1], meetings[^1]);
        await stage.Step(
            CompanyOf(stage, last).Name,
            "提前登记下午那场洽谈的出席",
            async () =>
                (await Say(CompanyOf(stage, last).Api, last, company: true, guest: true)).ExpectRefusal(
                    409,
                    "meeting_not_begun"
                )
        );
        await stage.SkipTo(stage.Day, new LocalTime(15, 5), "一对一洽谈结束");
        await stage.Step(
            "各企业与嘉宾",
            "逐场登记谁到了场",
            async () =>
            {
                foreach (var meeting in meetings)
                {
                    var missed = meeting.Id == second.Id;
                    (await Say(CompanyOf(stage, meeting).Api, meeting, company: true, guest: !missed)).Expect(200);
                    (await Say(GuestOf(stage, meeting).Api, meeting, company: true, guest: true)).Expect(200);
                }
                var after = await Meetings(stage);
                stage.Check(after.Count(one => one.Status == "held") == meetings.Count - 1, "其余各场应为已进行。");
                stage.Check(after.Single(one => one.Id == second.Id).Status == "disputed", "有一场应为有争议。");
                return $"{meetings.Count - 1} 场双方一致，1 场说法不一：{CompanyOf(stage, second).Name}称嘉宾未到，{GuestOf(stage, second).Name}称已到";
            }
        );
        await stage.Step(
            "主办方",
            "查问洽谈桌引导员后裁定：双方均到",
            async () =>
            {
                var decided = (await Say(stage.Owner.Api, second, company: true, guest: true)).Expect(200);
                stage.Check(decided.Text("status") == "held", $"应为已进行：{decided.Body}");
                return $"{meetings.Count} 场洽谈全部进行";
            }
        );
        await Record(stage, first);
        await Agree(stage, first, second);
        await Report(stage, meetings.Count);
    }

    static async Task Record(Stage stage, Meeting meeting)
    {
        var (company, guest) = (CompanyOf(stage, meeting), GuestOf(stage, meeting));
        await stage.Step(
            company.Name,
            $"填写与{guest.Name}的洽谈记录（定时间、定地点、定人员，有流程、有记录）",
            async () =>
            {
                var record = new
                {
                    beganAt = meeting.BeginsAt,
                    endedAt = meeting.EndsAt,
                    place = $"{meeting.Table} 号洽谈桌",
                    people = new[] { "医院主管领导", "企业产品总监" },
                    process = "企业介绍产品，院方介绍需求，双方讨论合作方式。",
                    notes = "双方拟就多中心临床研究进一步沟通。",
                };
                (await company.Api.Put($"/meetings/{meeting.Id}/record", record)).Expect(200);
                return "已保存，双方与主办方可见";
            }
        );
    }

    static async Task Agree(Stage stage, Meeting first, Meeting second)
    {
        var (company, guest) = (CompanyOf(stage, first), GuestOf(stage, first));
        await stage.Step(
            company.Name,
            "登记采购承诺",
            async () =>
                (await company.Api.Post($"/meetings/{first.Id}/outcomes", new { stage = "purchase" })).ExpectRefusal(
                    422,
                    "invalid_fields"
                ) + "；没有这一项，采购须走正规流程"
        );
        await stage.Step(
            company.Name,
            "登记合作意向：课题合作",
            async () =>
            {
                await Propose(company.Api, first, "intention");
                await Propose(CompanyOf(stage, second).Api, second, "trial");
                var report = await Outcomes(stage);
                stage.Check(report.Text("all.intentions") == "0", "对方确认之前不应计数。");
                return $"等候{guest.Name}确认，确认之前不计入统计";
            }
        );
        await stage.Step(
            guest.Name,
            "通过专属链接确认",
            async () =>
            {
                (await guest.Api.Post($"/meetings/{first.Id}/outcomes/intention/confirm")).Expect(200);
                return "双方一致";
            }
        );
    }

    static Task Report(Stage stage, int held) =>
        stage.Step(
            "主办方",
            "查看洽谈成果报告",
            async () =>
            {
                var report = await Outcomes(stage);
                stage.Check(report["all.held"].GetInt32() == held, $"已进行场数不符：{report.Body}");
                stage.Check(report.Text("all.intentions") == "1", $"应有一项意向：{report.Body}");
                stage.Check(report.Text("all.trials") == "0", $"未获确认的试用不应计数：{report.Body}");
                (await stage.Owner.Api.Get($"/sessions/{stage.SessionId}/outcomes.svg")).Expect(200);
                var model = report["byModel"][0].GetProperty("name").GetProperty("zh").GetString();
                return $"安排 {report.Text("all.planned")} 场，进行 {report.Text("all.held")} 场，双方确认的合作意向 {report.Text("all.intentions")} 项（{model}）；未获对方确认的试用 1 项不计；另有图表与导出";
            }
        );

    static async Task Propose(Api api, Meeting meeting, string stage) =>
        (
            await api.Post(
                $"/meetings/{meeting.Id}/outcomes",
                new
                {
                    stage,
                    model = "research_project",
                    note = "多中心临床研究",
                }
            )
        ).Expect(200);

    static async Task<Reply> Outcomes(Stage stage) =>
        (await stage.Owner.Api.Get($"/sessions/{stage.SessionId}/outcomes")).Expect(200);

    static Task<Reply> Say(Api api, Meeting meeting, bool company, bool guest) =>
        api.Post($"/meetings/{meeting.Id}/attendance", new { company, guest });

    static Company CompanyOf(Stage stage, Meeting meeting) =>
        stage.Confirmed.Single(company => company.Id == meeting.CompanyId);

    static Guest GuestOf(Stage stage, Meeting meeting) =>
        stage.Guests.Single(guest => guest.Id == meeting.InvitationId);

    static async Task<List<Meeting>> Meetings(Stage stage) =>
        [
            .. (await stage.Owner.Api.Get($"/sessions/{stage.SessionId}/meetings"))
                .Expect(200)["meetings"]
                .EnumerateArray()
                .Select(Meeting.Of),
        ];

    sealed record Meeting(
        string Id,
        string CompanyId,
        string InvitationId,
        string BeginsAt,
        string EndsAt,
        string Table,
        string Status
    )
    {
        public static Meeting Of(JsonElement one) =>
            new(
                one.GetProperty("id").GetString()!,
                one.GetProperty("companyId").GetString()!,
                one.GetProperty("guest").GetProperty("invitationId").GetString()!,
                one.GetProperty("beginsAt").GetString()!,
                one.GetProperty("endsAt").GetString()!,
                one.GetProperty("table").ToString(),
                one.GetProperty("status").GetString()!
            );
    }
}
