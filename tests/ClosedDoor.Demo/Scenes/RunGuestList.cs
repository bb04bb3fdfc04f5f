using System.Globalization;
using System.Text;
using ClosedDoor.Domain;

namespace ClosedDoor.Demo.Scenes;

/// <summary>
/// The organizer's guest list: seven hospitals and five officials and experts, imported, invited and confirmed. One is
/// under rank, one drops out and is replaced; without an official's approval on file the session is not confirmed.
/// </summary>
static class RunGuestList
{
    const int Hospitals = 7;

    static readonly string[] Numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];

    public static async Task Play(Stage stage)
    {
        await Import(stage);
        var guests = await Register(stage);
        var directors = guests.Where(guest => guest.Kind == "hospital_director").ToList();
        var people = guests.Where(guest => guest.Kind != "hospital_director").ToList();

        await stage.Step(
            "主办方",
            $"邀请{directors[^1].Name}（职称主任医师，职务科室副主任）",
            async () => (await Ask(stage, [directors[^1].Id])).ExpectRefusal(409, "guest_under_rank")
        );
        var invitations = new List<string>();
        await stage.Step(
            "主办方",
            $"向 {Hospitals} 家医院的主管领导和 {people.Count} 位卫健委嘉宾、科研专家发出邀请",
            async () =>
            {
                var asked = (
                    await Ask(stage, [.. directors.Take(Hospitals).Concat(people).Select(guest => guest.Id)])
                ).Expect(200);
                invitations.AddRange(asked["items"].EnumerateArray().Select(one => one.GetProperty("id").GetString()!));
                return $"{invitations.Count} 封邀请，各带专属链接";
            }
        );
        var substitute = "";
        await stage.Step(
            "主办方",
            $"列{directors[Hospitals].Name}为候补嘉宾",
            async () =>
            {
                var named = (await Ask(stage, [directors[Hospitals].Id], substitutes: true)).Expect(200);
                substitute = named["items"][0].GetProperty("id").GetString()!;
                return "候补，暂不发邀请";
            }
        );
        foreach (var guest in new[] { directors[0], people[0] })
            await stage.Mailed(guest, "诚挚邀请您出席");

        await Answer(stage, guests, invitations);
        await DropOut(stage, directors, invitations[0], substitute);
        await Confirm(stage, people, invitations);
        await LookIn(stage);
    }

    /// <summary>Nine directors (one to stand by, one under rank), two officials and three experts, as a table in GBK.</summary>
    static async Task Import(Stage stage)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var csv = new StringBuilder("类别,姓名,职务,职称,专科,单位,手机,邮箱,医院名称,统一社会信用代码,级别,等次\r\n");
        for (var i = 0; i < 9; i++)
            csv.Append(
                CultureInfo.InvariantCulture,
                $"医院主管领导,示例嘉宾{Numerals[i]},{(i == 8 ? "科室副主任" : i % 2 == 0 ? "副院长" : "科室主任")},主任医师,内科,,1390000{i:D4},guest{i + 1}@example.com,示例医院{Numerals[i]},{SocialCreditCode.Compose($"12110108MA{i + 1:D7}").Value},三级,甲等\r\n"
            );
        foreach (
            var (kind, name, number) in new[]
            {
                ("卫健委嘉宾", "示例官员一", 10),
                ("卫健委嘉宾", "示例官员二", 11),
                ("科研专家", "示例专家一", 12),
                ("科研专家", "示例专家二", 13),
                ("科研专家", "示例专家三", 14),
            }
        )
            csv.Append(
                CultureInfo.InvariantCulture,
                $"{kind},{name},,,03,示例单位{number},1390000{number:D4},guest{number}@example.com,,,,\r\n"
            );
        var bytes = Encoding.GetEncoding("GBK").GetBytes(csv.ToString());

        await stage.Step(
            "主办方",
            "试导入嘉宾名册（GBK 编码的 CSV）",
            async () =>
            {
                var import = await Until(stage, bytes, ("dryRun", "true"));
                stage.Check(import.Text("wouldCreate") == "14", $"应可导入 14 行：{import.Body}");
                return "14 行均可导入，尚未写入";
            }
        );
        await stage.Step(
            "主办方",
            "正式导入，要么全部、要么不导",
            async () =>
            {
                var import = await Until(stage, bytes, ("allOrNothing", "true"));
                stage.Check(import.Text("created") == "14", $"应导入 14 行：{import.Body}");
                return "14 位嘉宾、9 家医院已入册";
            }
        );
    }

    static async Task<Reply> Until(Stage stage, byte[] bytes, (string Name, string Value) field)
    {
        var import = (await stage.Owner.Api.UploadTable("/guest-imports", "名册.csv", bytes, field)).Expect(201);
        for (var tries = 0; import.Text("status") == "running" && tries < 1200; tries++)
        {
            await Task.Delay(50);
            import = (await stage.Owner.Api.Get($"/guest-imports/{import.Id}")).Expect(200);
        }
        return import;
    }

    static async Task<List<Guest>> Register(Stage stage) =>
        [
            .. (await stage.Owner.Api.Get("/guests?limit=200"))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(one => new Guest(
                    one.GetProperty("id").GetString()!,
                    one.GetProperty("kind").GetString()!,
                    one.GetProperty("name").GetString()!,
                    one.GetProperty("email").GetString()!,
                    stage.Public
                ))
                .OrderBy(guest => guest.Email.Length)
                .ThenBy(guest => guest.Email, StringComparer.Ordinal),
        ];

    static Task<Reply> Ask(Stage stage, string[] guestIds, bool substitutes = false) =>
        stage.Owner.Api.Post($"/sessions/{stage.SessionId}/invitations", new { guestIds, substitutes });

    static async Task<Api> SignedIn(Stage stage, string invitationId) =>
        stage.Public.With((await stage.Owner.Api.Post($"/invitations/{invitationId}/links")).Expect(200).Text("token"));

    static async Task Answer(Stage stage, List<Guest> guests, List<string> invitations)
    {
        await stage.Step(
            guests[0].Name,
            "打开邮件中的专属链接，确认出席，只在上午",
            async () =>
            {
                var link = stage.Mail.Link(guests[0].Email, "/invitation");
                var page = await stage.Public.Open(link);
                stage.Check(page.Contains("邀请", StringComparison.Ordinal), $"应为邀请页：{page}");
                var api = stage.Public.With(link.Fragment[1..]);
                var shown = (await api.Get("/invitation")).Expect(200);
                stage.Check(
                    shown["consents"].EnumerateArray().All(one => !one.GetProperty("given").GetBoolean()),
                    "任何同意都不应默认勾选。"
                );
                (
                    await api.Post(
                        "/invitation/accept",
                        new { availability = new[] { new { from = "09:00", to = "12:00" } } }
                    )
                ).Expect(200);
                return "已接受，无需密码";
            }
        );
        await stage.Step(
            "其余嘉宾",
            "接受邀请并签署廉洁承诺；两位同意对参会企业具名",
            async () =>
            {
                for (var i = 1; i < invitations.Count; i++)
                {
                    var api = await SignedIn(stage, invitations[i]);
                    (await api.Post("/invitation/accept")).Expect(200);
                    await Agree(api, "integrity_pledge");
                    if (i is 1 or 2)
                        await Agree(api, "naming");
                }
                return $"{invitations.Count - 1} 位均已接受";
            }
        );
    }

    static async Task Agree(Api api, string kind)
    {
        var text = (await api.Get("/invitation"))
            .Expect(200)["consents"]
            .EnumerateArray()
            .Single(one => one.GetProperty("kind").GetString() == kind);
        (
            await api.Post(
                "/invitation/consents",
                new { kind, textSha256 = text.GetProperty("textSha256").GetString() }
            )
        ).Expect(200);
    }

    static async Task DropOut(Stage stage, List<Guest> directors, string invitation, string substitute)
    {
        await stage.Step(
            directors[0].Name,
            "改为不能出席",
            async () =>
            {
                (
                    await (await SignedIn(stage, invitation)).Post("/invitation/decline", new { note = "行程冲突" })
                ).Expect(200);
                var next = (await stage.Owner.Api.Get($"/invitations/{substitute}")).Expect(200);
                stage.Check(next.Text("status") == "invited", $"候补应已递补：{next.Body}");
                return $"候补嘉宾{directors[Hospitals].Name}即刻收到邀请";
            }
        );
        await stage.Mailed(directors[Hospitals], "诚挚邀请您出席");
        await stage.Mailed(stage.Confirmed[0], "嘉宾安排有调整");
        await stage.Step(
            directors[Hospitals].Name,
            "接受邀请",
            async () =>
            {
                (await (await SignedIn(stage, substitute)).Post("/invitation/accept")).Expect(200);
                return $"仍为 {Hospitals} 家医院";
            }
        );
    }

    static async Task Confirm(Stage stage, List<Guest> people, List<string> invitations)
    {
        var confirm = $"/sessions/{stage.SessionId}/confirm";
        await stage.Step(
            "主办方",
            "确认场次成会",
            async () =>
            {
                var refused = await stage.Owner.Api.Post(confirm);
                return $"{refused.ExpectRefusal(409, "quorum_missing")}：{refused.Text("detail")}";
            }
        );
        await stage.Step(
            "主办方",
            "登记两位卫健委嘉宾的单位批准文件，再次确认",
            async () =>
            {
                for (var i = 0; i < people.Count; i++)
                    if (people[i].Kind == "health_commission_official")
                        (
                            await stage.Owner.Api.Upload(
                                $"/invitations/{invitations[Hospitals + i]}/approval",
                                "批准文件.pdf",
                                Sample.Pdf($"批准 {i}"),
                                ""
                            )
                        ).Expect(200);
                var quorum = (await stage.Owner.Api.Post(confirm)).Expect(200);
                stage.Check(
                    quorum.Text("has.hospitals") == $"{Hospitals}" && quorum.Text("has.experts") == "5",
                    $"应为 7 家医院、5 位嘉宾：{quorum.Body}"
                );
                return $"已成会：{quorum.Text("has.hospitals")} 家医院，{quorum.Text("has.experts")} 位卫健委嘉宾与科研专家，{quorum.Text("has.companies")} 家企业";
            }
        );
    }

    static async Task LookIn(Stage stage)
    {
        var path = $"/sessions/{stage.SessionId}/guests";
        await stage.Step(
            "公众",
            "查看嘉宾",
            async () =>
            {
                var seen = (await stage.Public.Get(path)).Expect(200);
                stage.Check(
                    seen["guests"].GetArrayLength() == 0 && !seen.Body.Contains("示例嘉宾", StringComparison.Ordinal),
                    $"公众不应看到嘉宾：{seen.Body}"
                );
                return $"只有人数：医院领导 {seen.Text("hospitalDirectors")}，卫健委 {seen.Text("officials")}，专家 {seen.Text("experts")}";
            }
        );
        await stage.Step(
            stage.Confirmed[0].Name,
            "以已确认席位的企业查看嘉宾",
            async () =>
            {
                var seen = (await stage.Confirmed[0].Api.Get(path)).Expect(200);
                var named = seen["guests"].EnumerateArray().Count(one => one.TryGetProperty("name", out _));
                stage.Check(named == 2, $"应只看到两位同意具名的嘉宾：{seen.Body}");
                return $"{seen["guests"].GetArrayLength()} 位的专科与医院等级，其中 {named} 位同意具名";
            }
        );
    }
}
