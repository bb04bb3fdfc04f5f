namespace ClosedDoor.Demo.Scenes;

/// <summary>All ten apply with certificates and files; one is asked for more, one is rejected, nine are approved.</summary>
static class Vet
{
    public static async Task Play(Stage stage)
    {
        var vettings = new Dictionary<Company, string>();
        await stage.Step(
            stage.Companies[0].Name,
            "申请审核，未传证明文件就提交",
            async () =>
            {
                var company = stage.Companies[0];
                vettings[company] = await Draft(stage, company);
                var reply = await company.Api.Post($"/vettings/{vettings[company]}/submit");
                return $"{reply.ExpectRefusal(422, "vetting_incomplete")}，{reply.FieldError("evidence")}";
            }
        );
        await stage.Step(
            stage.Companies[0].Name,
            "把网页改名为 .pdf 上传",
            async () =>
                (
                    await stage
                        .Companies[0]
                        .Api.Upload(
                            $"/vettings/{vettings[stage.Companies[0]]}/evidence",
                            "证明.pdf",
                            "<html></html>"u8.ToArray(),
                            "注册证"
                        )
                ).ExpectRefusal(415, "file_type_refused")
        );
        foreach (var company in stage.Companies)
            await Apply(stage, company, vettings);
        await stage.Mailed(stage.Reviewer, "待审核");
        await stage.Step(
            stage.Reviewer.Name,
            "查看待审核名单",
            async () =>
            {
                var waiting = (await stage.Reviewer.Api.Get("/vettings?status=submitted")).Expect(200)["items"];
                stage.Check(waiting.GetArrayLength() == 10, $"应有 10 份申请，实有 {waiting.GetArrayLength()} 份。");
                return "10 份申请待审核";
            }
        );

        await AskForMore(stage, stage.Companies[1], vettings[stage.Companies[1]]);
        stage.Rejected = stage.Companies[^1];
        await Reject(stage, stage.Rejected, vettings[stage.Rejected]);
        foreach (var company in stage.Companies[..^1])
            await Approve(stage, company, vettings[company]);
        await stage.Mailed(stage.Companies[0], "资质审核已通过");
        await stage.Seats(held: 0, confirmed: 0);
    }

    /// <summary>A new application, complete but for its files.</summary>
    public static async Task<string> Draft(Stage stage, Company company) =>
        (await company.Api.Post($"/companies/{company.Id}/vettings", Sample.Application(company.Number, stage.Today)))
            .Expect(201)
            .Id;

    /// <summary>Adds the certificate as PDF and its licence as PNG, and hands the application in.</summary>
    public static async Task Submit(Company company, string vettingId)
    {
        var path = $"/vettings/{vettingId}/evidence";
        (await company.Api.Upload(path, "注册证.pdf", Sample.Pdf(company.Name), "注册证")).Expect(201);
        (await company.Api.Upload(path, "营业执照.png", Sample.Png((byte)company.Number), "企业背景")).Expect(201);
        (await company.Api.Post($"/vettings/{vettingId}/submit")).Expect(200);
    }

    public static Task Approve(Stage stage, Company company, string vettingId) =>
        stage.Step(
            stage.Reviewer.Name,
            $"通过{company.Name}",
            async () =>
            {
                var scores = new
                {
                    technology = 85,
                    expertBacking = 80,
                    companyStrength = 75,
                    cooperationModel = 90,
                };
                var approved = (await stage.Reviewer.Api.Post($"/vettings/{vettingId}/approve", new { scores })).Expect(
                    200
                );
                stage.Check(approved.Text("status") == "approved", "申请应为已通过。");
                return $"已通过，四项评分 85/80/75/90，有效期至 {approved.Text("validThrough")}";
            }
        );

    static Task Apply(Stage stage, Company company, Dictionary<Company, string> vettings) =>
        stage.Step(
            company.Name,
            "填写申请、2 个证号，上传 注册证.pdf、营业执照.png，提交",
            async () =>
            {
                if (!vettings.ContainsKey(company))
                    vettings[company] = await Draft(stage, company);
                await Submit(company, vettings[company]);
                var vetting = (await company.Api.Get($"/vettings/{vettings[company]}")).Expect(200);
                stage.Check(vetting.Text("status") == "submitted", "申请应为已提交。");
                stage.Check(vetting["evidence"].GetArrayLength() == 2, "应有两份证明文件。");
                return "已提交";
            }
        );

    static async Task AskForMore(Stage stage, Company company, string vettingId)
    {
        await stage.Step(
            stage.Reviewer.Name,
            $"请{company.Name}补充「生产许可证扫描件」",
            async () =>
            {
                var asked = (
                    await stage.Reviewer.Api.Post(
                        $"/vettings/{vettingId}/request-info",
                        new { message = "请补充生产许可证扫描件。" }
                    )
                ).Expect(200);
                stage.Check(asked.Text("status") == "info_requested", "申请应为待补充。");
                return "待企业补充";
            }
        );
        await stage.Mailed(company, "请补充资质审核材料");
        await stage.Step(
            company.Name,
            "上传 生产许可证.pdf，再次提交",
            async () =>
            {
                var path = $"/vettings/{vettingId}";
                (
                    await company.Api.Upload($"{path}/evidence", "生产许可证.pdf", Sample.Pdf("许可证"), "生产许可")
                ).Expect(201);
                var submitted = (await company.Api.Post($"{path}/submit")).Expect(200);
                return $"已提交，现有 {submitted["evidence"].GetArrayLength()} 份证明文件";
            }
        );
    }

    static async Task Reject(Stage stage, Company company, string vettingId)
    {
        await stage.Step(
            stage.Reviewer.Name,
            $"驳回{company.Name}",
            async () =>
            {
                var rejected = (
                    await stage.Reviewer.Api.Post(
                        $"/vettings/{vettingId}/reject",
                        new { reasonCode = "insufficient_evidence", note = "请提供注册证原件扫描件。" }
                    )
                ).Expect(200);
                return $"已驳回：{rejected.Text("decision.reason.zh")}";
            }
        );
        await stage.Mailed(company, "资质审核未通过");
    }
}
