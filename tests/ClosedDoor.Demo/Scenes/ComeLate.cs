using NodaTime;

namespace ClosedDoor.Demo.Scenes;

/// <summary>On the morning of the day a director is forty minutes late: as little as possible changes, and only those whom it concerns hear of it.</summary>
static class ComeLate
{
    public static async Task Play(Stage stage)
    {
        var late = stage.Late;
        await stage.SkipTo(stage.Day, new LocalTime(8, 40), $"{late.Name}来电：路上耽搁，晚到 40 分钟");
        await stage.Step(
            "主办方",
            $"登记{late.Name} 09:40 到场",
            async () =>
            {
                (
                    await stage.Owner.Api.Post(
                        $"/sessions/{stage.SessionId}/presence",
                        new { subjectId = late.Id, from = "09:40" }
                    )
                ).Expect(200);
                return "已发布的日程暂不变动";
            }
        );
        var draft = await MakeTimetable.Draft(stage, "以最少改动重排");
        var grid = new TimetableGrid(stage, draft);
        var concerned = grid.Concerned();
        stage.Lines([.. grid.Changes(), $"其余 {draft.Text("changes.kept")} 场不变", "", .. grid.Lines()]);
        stage.Check(draft["changes.kept"].GetInt32() > draft["meetings"].GetArrayLength() / 2, "多数洽谈应不变。");
        await MakeTimetable.Publish(stage, draft, "核对差异后发布，只通知受影响者", concerned.Count);
        await stage.SkipTo(stage.Day, new LocalTime(9, 38), $"{late.Name}到场");
        await BringEverybody.CheckIn(stage, late);
    }
}
