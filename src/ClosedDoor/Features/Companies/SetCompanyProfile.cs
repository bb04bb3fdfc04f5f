using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Companies;

/// <summary>
/// What a company shows of itself to the guests whom it is to meet: a few words, products with what they do, and the
/// specialties that they are for. The vetting file is shown to nobody by this.
/// </summary>
public static class SetCompanyProfile
{
    const int MostProducts = 20;
    const int MostFocus = 10;

    public sealed record ProductRequest(string? Name, string? Function);

    /// <param name="Focus">Codes of 诊疗科目名录.</param>
    public sealed record Request(string? Summary, ProductRequest?[]? Products, string?[]? Focus);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/companies/{companyId}/profile",
                async (string companyId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, companyId, request)).ToOk()
            )
            .Named("SetCompanyProfile", "Say what guests are told of a company")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<OwnProfileView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion)
            .Example(
                new Request(
                    "专注医学影像与康复设备。",
                    [new("示例影像系统", "报告自动初稿，缩短出具时间")],
                    ["03", "21"]
                )
            );

    public static async Task<Outcome<OwnProfileView>> Execute(
        Database db,
        Caller caller,
        string companyId,
        Request request
    )
    {
        if (!caller.MaySee(companyId))
            return Refusals.NotFound;
        var errors = new FieldErrors();
        var summary = Plain(errors, "summary", errors.OptionalLines("summary", request.Summary, 500));
        var products = new List<ProductView>();
        if (request.Products is { Length: > MostProducts })
            errors.Add("products", $"至多 {MostProducts} 项。", $"At most {MostProducts}.");
        foreach (var (i, product) in (request.Products ?? []).Take(MostProducts).Index())
            products.Add(
                new(
                    Plain(errors, $"products[{i}].name", errors.Text($"products[{i}].name", product?.Name, 100))!,
                    Plain(
                        errors,
                        $"products[{i}].function",
                        errors.Text($"products[{i}].function", product?.Function, 200)
                    )!
                )
            );
        if (request.Focus is { Length: > MostFocus })
            errors.Add("focus", $"至多 {MostFocus} 项。", $"At most {MostFocus}.");
        foreach (var (i, code) in (request.Focus ?? []).Take(MostFocus).Index())
        {
            if (!Specialty.IsKnown(code ?? ""))
                errors.Add($"focus[{i}]", Specialty.Expected);
        }
        if (errors.Refusal is { } invalid)
            return invalid;
        var focus = (request.Focus ?? []).OfType<string>().Distinct().ToList();

        return await db.Write<OwnProfileView>(
            caller,
            async tx =>
            {
                if (!await CompanyRow.Lock(tx, companyId))
                    return Refusals.NotFound;
                if (caller.Stale((await ProfileRow.Find(tx, companyId))?.Version ?? 0) is { } stale)
                    return stale;
                await CompanyProfileTable.Set(tx, companyId, summary, products, focus, caller.Now);
                return OwnProfileView.Of(companyId, await ProfileRow.Find(tx, companyId));
            }
        );
    }

    /// <summary>广告法 §9, §16: nobody is named as standing behind a product, to guests no more than to the public.</summary>
    static string? Plain(FieldErrors errors, string path, string? text)
    {
        foreach (var word in new[] { "背书", "国家级", "最佳", "治愈率", "有效率" })
        {
            if (text?.Contains(word, StringComparison.Ordinal) is true)
                errors.Add(path, $"不得使用“{word}”（广告法）。", $"\"{word}\" may not be used (Advertising Law).");
        }
        return text;
    }
}
