using ClosedDoor.Domain;
using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>One day in Beijing, eight seats: colleagues get their rights, and the session is drafted, corrected and published.</summary>
static class OpenSession
{
    public static async Task Play(Stage stage)
    {
        var owner = stage.Owner;
        stage.Reviewer = await Colleague(stage, "审核员", "reviewer@example.com", "review", "只可审核资质");
        stage.Finance = await Colleague(stage, "财务", "finance@example.com", "finance", "只可登记款项");

        var date = stage.Day = stage.Today.PlusWeeks(4);
        await stage.Step(
            owner.Name,
            $"新建场次：{date:uuuu年M月d日} 一天，北京，{Stage.OpenSeats} 个企业席位，每席 {Money.Cny(Stage.Price)}，重点专科 内科、肿瘤科",
            async () =>
            {
                var session = (await owner.Api.Post("/sessions", Draft(date))).Expect(201);
                stage.SessionId = session.Id;
                stage.Check(session.Text("status") == "draft", "新建的场次应为草稿。");
                return $"已建为草稿「{session.Text("title")}」；取消席位：距开会 10 个工作日以上全退，3 个工作日以上退一半";
            }
        );
        await stage.Step(
            "公众",
            "查看这一草稿",
            async () => (await stage.Public.Get($"/sessions/{stage.SessionId}")).ExpectRefusal(404, "not_found")
        );
        await stage.Step(
            stage.Finance.Name,
            "试图发布场次",
            async () =>
                (await stage.Finance.Api.Post($"/sessions/{stage.SessionId}/publish")).ExpectRefusal(403, "forbidden")
        );
        await EditTwice(stage);
        await stage.Step(
            owner.Name,
            "发布场次",
            async () =>
            {
                var session = (await owner.Api.Post($"/sessions/{stage.SessionId}/publish")).Expect(200);
                stage.Check(session.Text("status") == "published", "场次应为已发布。");
                return "已发布，开放预订";
            }
        );
        await stage.Seats(held: 0, confirmed: 0);
    }

    /// <summary>Two windows show the same session; the second to save would undo the first without knowing.</summary>
    static async Task EditTwice(Stage stage)
    {
        var path = $"/sessions/{stage.SessionId}";
        var tag = (await stage.Owner.Api.Get(path)).Expect(200).Tag;
        await stage.Step(
            stage.Owner.Name,
            "在窗口甲修改会场",
            async () =>
            {
                (await stage.Owner.Api.Patch(path, new { venue = "示例会议中心二层" }, ifMatch: tag)).Expect(200);
                return "已保存";
            }
        );
        await stage.Step(
            stage.Owner.Name,
            "在未刷新的窗口乙再改会场",
            async () =>
                (await stage.Owner.Api.Patch(path, new { venue = "示例会议中心三层" }, ifMatch: tag)).ExpectRefusal(
                    412,
                    "stale_version"
                )
        );
    }

    static async Task<Person> Colleague(Stage stage, string name, string email, string permission, string meaning)
    {
        Person? person = null;
        await stage.Step(
            stage.Owner.Name,
            $"为{name}开设账号，权限 {permission}（{meaning}）",
            async () =>
            {
                (
                    await stage.Owner.Api.Post(
                        "/organizers",
                        new
                        {
                            email,
                            name = $"示例{name}",
                            password = stage.Password,
                            permissions = new[] { permission },
                        }
                    )
                ).Expect(201);
                person = new(name, email, await stage.Public.SignIn(email, stage.Password));
                return "已开设并可登录";
            }
        );
        return person!;
    }

    static object Draft(LocalDate date) =>
        new
        {
            title = "医疗机构对接闭门会（北京）",
            date = date.ToString("uuuu-MM-dd", null),
            startsAt = "09:00",
            endsAt = "17:00",
            timeZone = "Asia/Shanghai",
            city = "北京",
            venue = "示例会议中心",
            focus = new[] { "03", "19" },
            seatCap = Stage.OpenSeats,
            price = new { amount = Stage.Price, currency = "CNY" },
            admission = "open",
            refundPolicy = new
            {
                tiers = new[] { new { workingDays = 10, percent = 100 }, new { workingDays = 3, percent = 50 } },
            },
        };
}
