namespace ClosedDoor.Demo.Scenes;

/// <summary>Nine vetted companies ask for eight seats in the same moment; two come to wait.</summary>
static class RushForSeats
{
    public static async Task Play(Stage stage)
    {
        var path = $"/sessions/{stage.SessionId}/reservations";
        var vetted = stage.Companies.Where(company => company != stage.Rejected).ToArray();
        stage.Remark("九家企业在同一时刻发出预订请求，先后由服务裁定");
        var replies = await Task.WhenAll(
            vetted.Select(async company => (company, reply: await company.Api.Post(path, key: KeyOf(company))))
        );

        foreach (var (company, reply) in replies.Where(one => one.reply.Status == 201).OrderBy(one => Seat(one.reply)))
            await stage.Step(company.Name, "预订席位", () => Task.FromResult(Hold(stage, company, reply)));
        foreach (var (company, reply) in replies.Where(one => one.reply.Status != 201))
        {
            await stage.Step(company.Name, "预订席位", () => Task.FromResult(reply.ExpectRefusal(409, "session_full")));
            stage.Waiting.Add(company);
        }
        stage.Check(
            stage.Holders.Select(holder => holder.Seat).SequenceEqual([1, 2, 3, 4, 5, 6, 7, 8]),
            "八家企业应各得 1 至 8 号席位。"
        );
        await stage.Seats(held: 8, confirmed: 0);

        await Join(stage, stage.Waiting[0], position: 1);
        await RetrySafely(stage, stage.Holders[0], path);
        await stage.Seats(held: 8, confirmed: 0);
        await LookElsewhere(stage);
        await ApplyAgain(stage);
        await stage.Seats(held: 8, confirmed: 0);
    }

    static string KeyOf(Company company) => $"reserve-{company.Number}";

    static long Seat(Reply reply) => reply["seatNumber"].GetInt64();

    static string Hold(Stage stage, Company company, Reply reply)
    {
        company.ReservationId = reply.Id;
        company.Seat = Seat(reply);
        stage.Holders.Add(company);
        stage.Check(reply.Text("status") == "held", "席位应为暂留。");
        return $"得到 {company.Seat} 号席位，暂留至 {reply.By("holdExpiresAt")}";
    }

    static Task Join(Stage stage, Company company, int position) =>
        stage.Step(
            company.Name,
            "加入候补名单",
            async () =>
            {
                var entry = (await company.Api.Post($"/sessions/{stage.SessionId}/waitlist")).Expect(201);
                stage.Check(entry.Text("position") == $"{position}", $"应为候补第 {position} 位。");
                company.WaitlistId = entry.Id;
                return $"候补第 {position} 位";
            }
        );

    /// <summary>An answer that got lost on the way is asked for again: no second seat, the same answer.</summary>
    static async Task RetrySafely(Stage stage, Company company, string path)
    {
        await stage.Step(
            company.Name,
            "网络中断未收到应答，以同一 Idempotency-Key 重发预订",
            async () =>
            {
                var again = (await company.Api.Post(path, key: KeyOf(company))).Expect(201);
                stage.Check(again.Replayed && again.Id == company.ReservationId, "应得到与第一次相同的应答。");
                return $"同一应答：{Seat(again)} 号席位，没有重复预订";
            }
        );
        await stage.Step(
            company.Name,
            "另行再订一席",
            async () => (await company.Api.Post(path)).ExpectRefusal(409, "already_reserved")
        );
    }

    static Task LookElsewhere(Stage stage) =>
        stage.Step(
            stage.Holders[1].Name,
            $"查看{stage.Holders[0].Name}的预订",
            async () =>
                (await stage.Holders[1].Api.Get($"/reservations/{stage.Holders[0].ReservationId}")).ExpectRefusal(
                    404,
                    "not_found"
                )
        );

    static async Task ApplyAgain(Stage stage)
    {
        var company = stage.Rejected;
        var vettingId = "";
        await stage.Step(
            company.Name,
            "补齐材料，重新申请审核",
            async () =>
            {
                vettingId = await Vet.Draft(stage, company);
                await Vet.Submit(company, vettingId);
                return "已提交";
            }
        );
        await Vet.Approve(stage, company, vettingId);
        stage.Waiting.Add(company);
        await Join(stage, company, position: 2);
    }
}
