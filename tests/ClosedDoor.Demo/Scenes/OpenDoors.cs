using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>
/// The people of one company on their way to the door: vetted, one replaced, the agreements accepted, tickets, a paired
/// device, a scan, a second one, what was scanned offline, and the paper for when nothing else works.
/// </summary>
static class OpenDoors
{
    public static async Task Play(Stage stage)
    {
        var company = stage.Confirmed[0];
        var path = $"/reservations/{company.ReservationId}/delegates";
        await stage.Step(
            company.Name,
            "登记两名参会代表",
            async () =>
            {
                var delegates = new[]
                {
                    Person("示例代表甲", "总经理", "13800000011", "delegate1@example.com"),
                    Person("示例代表乙", "市场总监", "13800000012", "delegate2@example.com"),
                };
                (await company.Api.Put(path, delegates)).Expect(200);
                return "已登记，待主办方审核";
            }
        );
        var named = (await company.Api.Get(path)).Expect(200)["items"];
        var (first, second) = (named[0].GetProperty("id").GetString()!, named[1].GetProperty("id").GetString()!);

        await stage.Step(
            stage.Owner.Name,
            "审核参会代表：通过示例代表甲，不通过示例代表乙",
            async () =>
            {
                (await stage.Owner.Api.Post($"/delegates/{first}/approve")).Expect(200);
                (await stage.Owner.Api.Post($"/delegates/{second}/refuse", new { note = "请更换为正式员工" })).Expect(
                    200
                );
                return "一人通过，一人须更换";
            }
        );
        await stage.Mailed(company, "参会代表未通过审核");
        second = await Substitute(stage, company, path, first);
        var people = new[] { await Link(stage, first), await Link(stage, second) };
        await stage.Step(
            "示例代表甲、示例代表丙",
            "打开专属链接，阅读并确认保密协议与廉洁承诺书",
            async () =>
            {
                foreach (var person in people)
                    await Accept(person);
                return "已确认，记录文本版本、哈希与时间";
            }
        );
        var others = await BringEverybody.Name(stage);
        await stage.Step(
            stage.Owner.Name,
            "发放入场凭证与日历邀请",
            async () =>
            {
                var issued = (await stage.Owner.Api.Post($"/sessions/{stage.SessionId}/tickets")).Expect(200);
                stage.Check(issued.Text("issued") == "21", $"应发放 9 名代表与 12 位嘉宾的凭证：{issued.Body}");
                return $"已发放 {issued.Text("issued")} 张；二维码只含签名编号，不含个人信息";
            }
        );
        await Print(stage);
        await stage.SkipTo(stage.Day, new LocalTime(8, 20), "开会当天，签到开始");
        await CheckIn(stage, await Ticket(people[0]), await Ticket(people[1]), others);
    }

    static async Task<string> Substitute(Stage stage, Company company, string path, string stays)
    {
        var second = "";
        await stage.Step(
            company.Name,
            "以示例代表丙替换示例代表乙，席位与款项不变",
            async () =>
            {
                var after = (
                    await company.Api.Put(
                        path,
                        new[]
                        {
                            Person("示例代表甲", "总经理", "13800000011", "delegate1@example.com"),
                            Person("示例代表丙", "产品总监", "13800000013", "delegate3@example.com"),
                        }
                    )
                ).Expect(200)["items"];
                stage.Check(after[0].GetProperty("id").GetString() == stays, "留任的代表应保持原审核结果。");
                stage.Check(after[0].GetProperty("vetting").GetString() == "approved", "留任的代表应仍为已通过。");
                stage.Check(after[1].GetProperty("vetting").GetString() == "pending", "替换的代表应重新审核。");
                second = after[1].GetProperty("id").GetString()!;
                (await stage.Owner.Api.Post($"/delegates/{second}/approve")).Expect(200);
                return "替换人已重新审核并通过";
            }
        );
        return second;
    }

    public static async Task<Api> Link(Stage stage, string delegateId) =>
        stage.Public.With((await stage.Owner.Api.Post($"/delegates/{delegateId}/links")).Expect(200).Text("token"));

    public static async Task Accept(Api person)
    {
        var agreements = (await person.Get("/delegate"))
            .Expect(200)["agreements"]
            .EnumerateArray()
            .Select(one => new
            {
                kind = one.GetProperty("kind").GetString(),
                sha256 = one.GetProperty("sha256").GetString(),
            })
            .ToArray();
        (await person.Post("/delegate/agreements", new { agreements })).Expect(200);
    }

    static async Task<string> Ticket(Api person) => (await person.Get("/delegate/ticket")).Expect(200).Text("text");

    static async Task CheckIn(Stage stage, string first, string second, List<Api> others)
    {
        Api one = null!,
            other = null!;
        await stage.Step(
            "签到处",
            "两台设备用一次性配对码配对",
            async () =>
            {
                one = await Pair(stage, "一号门");
                other = await Pair(stage, "二号门");
                return "已配对；设备令牌只能打开本场次的门";
            }
        );
        await stage.Step(
            "签到处 一号门",
            "扫描示例代表甲的二维码，再扫一次",
            async () =>
            {
                stage.Check(Result(await Scan(one, first, "1-1")) == "admitted", "第一次应签到成功。");
                stage.Check(Result(await Scan(one, first, "1-2")) == "duplicate", "第二次应报重复。");
                return "签到一次，重复扫码已提示";
            }
        );
        await stage.Step(
            "签到处 二号门",
            "断网期间扫描了两人，恢复后上传两遍",
            async () =>
            {
                for (var upload = 0; upload < 2; upload++)
                {
                    var reply = (
                        await other.Post(
                            "/door/scans",
                            new
                            {
                                scans = new[]
                                {
                                    new { ticket = first, nonce = "2-1" },
                                    new { ticket = second, nonce = "2-2" },
                                },
                            }
                        )
                    ).Expect(200)["results"];
                    stage.Check(reply[0].GetProperty("result").GetString() == "duplicate", "甲应报重复。");
                    stage.Check(reply[0].GetProperty("firstBy").GetString() == "一号门", "应指出一号门在先。");
                    stage.Check(reply[1].GetProperty("result").GetString() == "admitted", "丙应签到成功。");
                }
                return "每人只计一次，重复者注明由一号门在先";
            }
        );
        await stage.Step(
            "签到处 一号门",
            "扫描一张伪造的二维码",
            async () =>
            {
                var forged = await Scan(one, first[..^6] + "AAAAAA", "1-3");
                stage.Check(Result(forged) == "refused", "伪造的凭证应被拒绝。");
                return $"拒绝：凭证签名无效（{forged["results"][0].GetProperty("reason").GetString()}）";
            }
        );
        stage.Door = one;
        await BringEverybody.CheckIn(stage, others);
    }

    static async Task<Api> Pair(Stage stage, string name)
    {
        var device = (await stage.Owner.Api.Post($"/sessions/{stage.SessionId}/door-devices", new { name })).Expect(
            201
        );
        var paired = (await stage.Public.Post("/door/pair", new { code = device.Text("code") })).Expect(200);
        return stage.Public.With(paired.Text("token"));
    }

    public static async Task<Reply> Scan(Api device, string ticket, string nonce) =>
        (await device.Post("/door/scans", new { scans = new[] { new { ticket, nonce } } })).Expect(200);

    public static string? Result(Reply scan) => scan["results"][0].GetProperty("result").GetString();

    static Task Print(Stage stage) =>
        stage.Step(
            stage.Owner.Name,
            "打印纸质材料：议程、签到表、桌牌、胸卡",
            async () =>
            {
                var agenda = new[]
                {
                    new
                    {
                        startsAt = "09:00",
                        endsAt = "12:00",
                        title = "一对一洽谈（上午）",
                    },
                    new
                    {
                        startsAt = "13:30",
                        endsAt = "15:00",
                        title = "一对一洽谈（下午）",
                    },
                    new
                    {
                        startsAt = "15:00",
                        endsAt = "17:00",
                        title = "圆桌讨论",
                    },
                };
                (await stage.Owner.Api.Put($"/sessions/{stage.SessionId}/agenda", agenda)).Expect(200);
                var paper = (await stage.Owner.Api.Get($"/sessions/{stage.SessionId}/paper")).Expect(200);
                foreach (var words in new[] { "签到表", "示例代表甲", "示例代表丙", "请勿拍摄" })
                    stage.Check(paper.Body.Contains(words, StringComparison.Ordinal), $"纸质材料中应有「{words}」。");
                stage.Check(!paper.Body.Contains("示例代表乙", StringComparison.Ordinal), "被替换者不应在列。");
                return "一份可打印网页，注明打印人与时间，并记入审计日志";
            }
        );

    public static object Person(string name, string jobTitle, string phone, string email) =>
        new
        {
            name,
            jobTitle,
            phone,
            email,
        };
}
