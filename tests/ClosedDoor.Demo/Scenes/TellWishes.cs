namespace ClosedDoor.Demo.Scenes;

/// <summary>
/// What the timetable is made of: conflicts declared, what companies offer and guests look for, whom each would meet, and
/// whom a guest keeps away without the company ever knowing.
/// </summary>
static class TellWishes
{
    public static async Task Play(Stage stage)
    {
        await Look(stage);
        var (directors, experts) = (stage.Guests.Where(one => one.MayMeet && !one.IsExpert).ToList(), Experts(stage));
        var (companies, avoided) = (stage.Confirmed, stage.Confirmed[^1]);

        await stage.Step(
            "十二位嘉宾",
            "通过专属链接逐家申报利益关系（回避）",
            async () =>
            {
                foreach (var guest in stage.Guests)
                    await Declare(companies, guest, guest == experts[0] ? companies[1] : null);
                var listed = (await stage.Owner.Api.Get($"/sessions/{stage.SessionId}/conflicts")).Expect(200);
                stage.Check(
                    listed["items"].EnumerateArray().Count(one => one.GetProperty("standing").GetString() == "conflict")
                        == 1,
                    $"应有一对须回避：{listed.Body}"
                );
                return $"{experts[0].Name}曾有偿为{companies[1].Name}提供咨询，两者不安排洽谈；未申报者一律不安排";
            }
        );
        await stage.Step(
            "主办方",
            "设定洽谈：每场 20 分钟、间隔 5 分钟，12:00 至 13:30 午休，15:00 起圆桌讨论，8 张洽谈桌，每家保证 7 次",
            async () =>
            {
                var plan = (await stage.Owner.Api.Put($"/sessions/{stage.SessionId}/matchmaking", Plan())).Expect(200);
                return $"{plan["slots"].GetArrayLength()} 个时段；卫健委嘉宾与企业的一对一洽谈默认关闭";
            }
        );
        await Offer(stage, directors);
        await stage.Step(
            companies[0].Name,
            "查看可选嘉宾与匹配说明",
            async () =>
            {
                var seen = (
                    await companies[0].Api.Get($"/reservations/{companies[0].ReservationId}/candidates")
                ).Expect(200)["items"];
                var best = seen.EnumerateArray().MaxBy(one => Match(one, "score").GetInt32());
                var reasons = Match(best, "reasons").EnumerateArray().Select(one => one.GetProperty("zh").GetString());
                return $"{seen.GetArrayLength()} 位；最高 {Match(best, "score")} 分，理由「{string.Join('；', reasons)}」";
            }
        );
        await Rank(stage, directors, experts, avoided);
    }

    static List<Guest> Experts(Stage stage) => [.. stage.Guests.Where(one => one.IsExpert)];

    static System.Text.Json.JsonElement Match(System.Text.Json.JsonElement candidate, string part) =>
        candidate.GetProperty("match").GetProperty(part);

    /// <summary>Who has accepted, with a personal link each.</summary>
    static async Task Look(Stage stage)
    {
        var register = (await stage.Owner.Api.Get("/guests?limit=200"))
            .Expect(200)["items"]
            .EnumerateArray()
            .ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("email").GetString()!);
        var coming = (
            await stage.Owner.Api.Get($"/sessions/{stage.SessionId}/invitations?status=accepted&limit=200")
        ).Expect(200);
        foreach (var one in coming["items"].EnumerateArray())
        {
            var id = one.GetProperty("id").GetString()!;
            var link = (await stage.Owner.Api.Post($"/invitations/{id}/links")).Expect(200).Text("token");
            stage.Guests.Add(
                new(
                    id,
                    one.GetProperty("kind").GetString()!,
                    one.GetProperty("name").GetString()!,
                    register[one.GetProperty("guestId").GetString()!],
                    stage.Public.With(link)
                )
            );
        }
        stage.Check(stage.Guests.Count == 12, $"应有 12 位嘉宾出席，实有 {stage.Guests.Count} 位。");
    }

    static async Task Declare(List<Company> companies, Guest guest, Company? advised) =>
        (
            await guest.Api.Put(
                "/invitation/conflicts",
                companies.Select(company => new
                {
                    companyId = company.Id,
                    kinds = company == advised ? new[] { "paid_advice" } : [],
                })
            )
        ).Expect(200);

    static object Plan() =>
        new
        {
            slotMinutes = 20,
            gapMinutes = 5,
            breaks = new[] { new { from = "12:00", to = "13:30" }, new { from = "15:00", to = "17:00" } },
            tables = 8,
            guarantee = 7,
            credit = new { amount = 300_000, currency = "CNY" },
        };

    static async Task Offer(Stage stage, List<Guest> directors)
    {
        string[][] devices =
        [
            ["06"],
            ["07"],
            ["21"],
        ];
        string[][] models =
        [
            ["research_project"],
            ["joint_operation"],
            ["training_and_support"],
        ];
        await stage.Step(
            "八家企业",
            "填写产品方向：专科、器械类别、合作模式",
            async () =>
            {
                for (var i = 0; i < stage.Confirmed.Count; i++)
                    (
                        await stage
                            .Confirmed[i]
                            .Api.Put(
                                $"/reservations/{stage.Confirmed[i].ReservationId}/match-profile",
                                new
                                {
                                    specialties = new[] { i % 2 == 0 ? "03" : "19" },
                                    deviceClasses = devices[i % 3],
                                    models = models[i % 3],
                                }
                            )
                    ).Expect(200);
                return "已保存，只用于匹配并可说明理由；企业与嘉宾均可退出自动匹配";
            }
        );
        await stage.Step(
            "七位医院领导",
            "填写本院需求",
            async () =>
            {
                for (var i = 0; i < directors.Count; i++)
                    (
                        await directors[i]
                            .Api.Put(
                                "/invitation/match-profile",
                                new
                                {
                                    specialties = new[] { "03" },
                                    deviceClasses = devices[i % 3],
                                    models = models[(i + 1) % 3],
                                }
                            )
                    ).Expect(200);
                return "已保存";
            }
        );
    }

    static async Task Rank(Stage stage, List<Guest> directors, List<Guest> experts, Company avoided)
    {
        await stage.Step(
            "八家企业",
            "排序：各有两位必见、两位想见的嘉宾",
            async () =>
            {
                for (var i = 0; i < stage.Confirmed.Count; i++)
                    (
                        await stage
                            .Confirmed[i]
                            .Api.Put(
                                $"/reservations/{stage.Confirmed[i].ReservationId}/preferences",
                                Enumerable
                                    .Range(0, 4)
                                    .Select(k => new
                                    {
                                        id = directors[(i + k) % directors.Count].Id,
                                        wish = k < 2 ? "must" : "want",
                                    })
                            )
                    ).Expect(200);
                return "已保存";
            }
        );
        await stage.Step(
            directors[2].Name,
            $"想见{stage.Confirmed[0].Name}，不愿见{avoided.Name}",
            async () =>
            {
                (
                    await directors[2]
                        .Api.Put(
                            "/invitation/preferences",
                            new[]
                            {
                                new { id = stage.Confirmed[0].Id, wish = "want" },
                                new { id = avoided.Id, wish = "veto" },
                            }
                        )
                ).Expect(200);
                var seen = (await avoided.Api.Get($"/reservations/{avoided.ReservationId}/candidates")).Expect(200);
                stage.Check(!seen.Body.Contains("veto", StringComparison.Ordinal), "企业不应得知否决。");
                return "已保存；企业看不到任何嘉宾对它的意向";
            }
        );
        await stage.Step(
            $"{experts[1].Name}、{experts[2].Name}",
            "说明可到时间：一位只在上午，一位只在下午",
            async () =>
            {
                await Free(experts[1], "09:00", "12:00");
                await Free(experts[2], "13:30", "17:00");
                return "已保存，随时可改";
            }
        );
    }

    static async Task Free(Guest guest, string from, string to) =>
        (await guest.Api.Put("/invitation/availability", new[] { new { from, to } })).Expect(200);
}
