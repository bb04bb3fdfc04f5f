using System.Text.Json;

namespace ClosedDoor.Demo.Scenes;

/// <summary>The timetable is computed with its certificate, looked through, and published; everybody gets their own.</summary>
static class MakeTimetable
{
    public const string Agenda = "一对一洽谈日程";

    public static async Task Play(Stage stage)
    {
        var draft = await Draft(stage, "排定一对一洽谈");
        stage.Lines(new TimetableGrid(stage, draft).Lines());
        Certify(stage, draft);
        await stage.Step(
            "主办方",
            "未经审阅就发布",
            async () =>
                (await stage.Owner.Api.Post($"/timetables/{draft.Id}/publish")).ExpectRefusal(
                    409,
                    "wrong_timetable_status"
                )
        );
        var people = draft["meetings"]
            .EnumerateArray()
            .SelectMany(one =>
                new[] { "companyId", "invitationId" }.Select(field => one.GetProperty(field).GetString())
            )
            .Distinct()
            .Count();
        await Publish(stage, draft, "审阅后发布", people);
        // Whoever has most to lose in the first two slots.
        stage.Late = stage
            .Guests.Where(guest => guest.MayMeet && !guest.IsExpert)
            .MaxBy(guest =>
                draft["meetings"]
                    .EnumerateArray()
                    .Count(one =>
                        one.GetProperty("slot").GetInt32() < 2
                        && one.GetProperty("invitationId").GetString() == guest.Id
                    )
            )!;
    }

    public static async Task<Reply> Draft(Stage stage, string what)
    {
        Reply? draft = null;
        await stage.Step(
            "主办方",
            what,
            async () =>
            {
                draft = (await stage.Owner.Api.Post($"/sessions/{stage.SessionId}/timetables", new { })).Expect(201);
                stage.Check(draft["certificate.proved"].GetBoolean(), $"应已证明最优：{draft["certificate"]}");
                return $"第 {draft.Text("number")} 稿：{draft["meetings"].GetArrayLength()} 场洽谈，已证明没有更好的安排";
            }
        );
        return draft!;
    }

    /// <summary>In mails exactly to those whom it concerns.</summary>
    public static Task Publish(Stage stage, Reply draft, string what, int concerned) =>
        stage.Step(
            "主办方",
            what,
            async () =>
            {
                var before = stage.Mail.Count(Agenda);
                (await stage.Owner.Api.Post($"/timetables/{draft.Id}/review")).Expect(200);
                var published = (await stage.Owner.Api.Post($"/timetables/{draft.Id}/publish")).Expect(200);
                stage.Check(published.Text("status") == "published", "日程应为已发布。");
                for (var tries = 0; stage.Mail.Count(Agenda) < before + concerned && tries < 600; tries++)
                    await Task.Delay(100);
                await Task.Delay(300); // One too many would come now.
                var told = stage.Mail.Count(Agenda) - before;
                stage.Check(told == concerned, $"应通知 {concerned} 方，实际 {told} 方。");
                return $"已发布；{told} 方各收到自己的最新日程（邮件附日历文件）";
            }
        );

    static void Certify(Stage stage, Reply draft)
    {
        string Aim(string name) =>
            draft[$"certificate.{name}.proved"].GetBoolean()
                ? "已证明最优"
                : $"未证明，界为 {draft[$"certificate.{name}.bound"]}";
        string Value(string name) => draft.Text($"certificate.{name}.value");
        stage.Check(Value("shortfall") == "0", "每家企业都应达到保证次数。");
        var missing = draft["certificate.missing"]
            .EnumerateArray()
            .GroupBy(one => Reason(one))
            .Select(group => $"{group.Key} {group.Count()}");
        stage.Lines([
            "",
            $"证书  一、保证次数：共缺 {Value("shortfall")} 次，{Aim("shortfall")}",
            $"      二、意向与需求得分：{Value("weight")}，{Aim("weight")}",
            $"      三、公平：最少的一家 {Value("fewestMeetings")} 次（{Aim("fewestMeetings")}），各家相差 {Value("spread")} 次（{Aim("spread")}），Jain 指数 {draft["certificate.jain"].GetDouble():0.000}",
            $"      四、等候：最长间隔 {Value("longestWait")} 个时段（{Aim("longestWait")}），合计 {Value("totalWait")}（{Aim("totalWait")}）",
            $"      五、换桌：{Value("tableChanges")} 次（{Aim("tableChanges")}）",
            $"      未安排的组合（仅主办方可见）：{string.Join("，", missing)}",
        ]);
    }

    static string Reason(JsonElement missing) =>
        missing.GetProperty("reason").GetString() switch
        {
            "veto" => "嘉宾否决",
            "conflict" => "须回避",
            "not_allowed" => "官员不单独洽谈",
            "never_there_together" => "不同时在场",
            "company_busy" => "企业时段已满",
            "guest_busy" => "嘉宾时段已满",
            "tables_taken" => "桌位已满",
            "slots_taken" => "时段已满",
            "no_gain" => "排入无益",
            var other => other!,
        };
}
