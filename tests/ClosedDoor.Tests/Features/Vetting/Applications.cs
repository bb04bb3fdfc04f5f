using System.Net.Http.Headers;
using ClosedDoor.Tests.Given;
using NodaTime;

namespace ClosedDoor.Tests.Features.Vetting;

/// <summary>What a company applies with, sent through the API.</summary>
static class Applications
{
    public static readonly byte[] Pdf = "%PDF-1.7\n%示例\n"u8.ToArray();
    public static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13];
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 16];

    /// <summary>Never expires within a test, by five years from its own clock.</summary>
    public static readonly LocalDate LateExpiry = new(2030, 12, 31);

    public static object Complete(LocalDate? expiresOn = null) =>
        new
        {
            technology = "技术说明",
            expertBacking = "专家合作说明",
            companyStrength = "企业背景说明",
            cooperationModel = "合作模式说明",
            certificates = new[] { new { number = "国械注准20223160393", expiresOn = expiresOn ?? LateExpiry } },
            expertLinks = new[]
            {
                new
                {
                    type = "research_project",
                    specialty = "03",
                    description = "多中心研究",
                },
                new
                {
                    type = "paper",
                    specialty = "19",
                    description = "临床论文",
                },
            },
        };

    public static MultipartFormDataContent File(byte[] content, string name = "证明.pdf", string? supports = null)
    {
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var form = new MultipartFormDataContent { { file, "file", name } };
        if (supports is not null)
            form.Add(new StringContent(supports), "supports");
        return form;
    }

    public static Task<Reply> Upload(
        this ApiClient api,
        string vettingId,
        HttpContent content,
        string? key = null,
        string? ifMatch = null
    ) => api.Send(HttpMethod.Post, $"/vettings/{vettingId}/evidence", content, key, ifMatch);

    /// <summary>The id of a complete draft.</summary>
    public static async Task<string> Draft(this TestCompany company, LocalDate? expiresOn = null)
    {
        var draft = (await company.Api.Post($"/companies/{company.Id}/vettings")).Expect(201);
        return await company.DraftFrom(draft.Id, expiresOn);
    }

    /// <summary>As <see cref="Draft"/>, from one that is begun.</summary>
    public static async Task<string> DraftFrom(this TestCompany company, string id, LocalDate? expiresOn = null)
    {
        (await company.Api.Patch($"/vettings/{id}", Complete(expiresOn))).Expect(200);
        (await company.Api.Upload(id, File(Pdf))).Expect(201);
        return id;
    }

    /// <summary>The id of a vetting that waits for a reviewer.</summary>
    public static async Task<string> Submitted(this TestCompany company, LocalDate? expiresOn = null)
    {
        var id = await company.Draft(expiresOn);
        (await company.Api.Post($"/vettings/{id}/submit")).Expect(200);
        return id;
    }

    public static readonly object Approval = new
    {
        scores = new
        {
            technology = 85,
            expertBacking = 80,
            companyStrength = 75,
            cooperationModel = 90,
        },
        note = "内部备注",
    };

    public static Task<Reply> Approve(this ApiClient reviewer, string vettingId) =>
        reviewer.Post($"/vettings/{vettingId}/approve", Approval);

    public static Task<long> Notices(this TestHost host, string kind, string id) =>
        host.Query<long>(
            "SELECT COUNT(*) FROM outbox WHERE kind = @kind AND body LIKE @id",
            new { kind, id = $"%{id}%" }
        );
}
