namespace ClosedDoor.Demo.Scenes;

/// <summary>The other seven companies' delegates and all guests, from their names to the door.</summary>
static class BringEverybody
{
    static readonly string[] Stems = ["丁", "戊", "己", "庚", "辛", "壬", "癸"];

    /// <summary>One delegate of each, named, vetted, and agreed.</summary>
    /// <returns>Each of them by a personal link.</returns>
    public static async Task<List<Api>> Name(Stage stage)
    {
        var people = new List<Api>();
        await stage.Step(
            "其余七家企业",
            "各登记一名参会代表，审核通过并签署协议",
            async () =>
            {
                for (var i = 0; i < Stems.Length; i++)
                {
                    var path = $"/reservations/{stage.Confirmed[i + 1].ReservationId}/delegates";
                    var named = (
                        await stage
                            .Confirmed[i + 1]
                            .Api.Put(
                                path,
                                new[]
                                {
                                    OpenDoors.Person(
                                        $"示例代表{Stems[i]}",
                                        "产品总监",
                                        $"138000001{i:D2}",
                                        $"delegate1{i}@example.com"
                                    ),
                                }
                            )
                    ).Expect(200)["items"];
                    var id = named[0].GetProperty("id").GetString()!;
                    (await stage.Owner.Api.Post($"/delegates/{id}/approve")).Expect(200);
                    people.Add(await OpenDoors.Link(stage, id));
                    await OpenDoors.Accept(people[^1]);
                }
                return $"{people.Count} 名代表已就绪";
            }
        );
        return people;
    }

    public static Task CheckIn(Stage stage, List<Api> delegates) =>
        stage.Step(
            "签到处 一号门",
            "其余代表与嘉宾陆续签到",
            async () =>
            {
                var number = 0;
                foreach (var person in delegates)
                    await Admit(stage, stage.Door, person, "/delegate/ticket", $"3-{++number}");
                foreach (var guest in stage.Guests.Where(guest => guest != stage.Late))
                    await Admit(stage, stage.Door, guest.Api, "/invitation/ticket", $"3-{++number}");
                return $"{delegates.Count} 名代表、{stage.Guests.Count - 1} 位嘉宾入场，{stage.Late.Name}未到";
            }
        );

    public static Task CheckIn(Stage stage, Guest late) =>
        stage.Step(
            "签到处 一号门",
            $"扫描{late.Name}的二维码",
            async () =>
            {
                await Admit(stage, stage.Door, late.Api, "/invitation/ticket", "4-1");
                return "签到成功";
            }
        );

    static async Task Admit(Stage stage, Api device, Api person, string path, string nonce)
    {
        var scan = await OpenDoors.Scan(device, (await person.Get(path)).Expect(200).Text("text"), nonce);
        stage.Check(OpenDoors.Result(scan) == "admitted", $"应签到成功：{scan.Body}");
    }
}
