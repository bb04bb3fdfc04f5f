using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using NodaTime;

namespace ClosedDoor.Features.Companies;

/// <summary>Every change to company profiles.</summary>
static class CompanyProfileTable
{
    public static async Task Set(
        Tx tx,
        string companyId,
        string? summary,
        IReadOnlyList<ProductView> products,
        IReadOnlyList<string> focus,
        Instant now
    )
    {
        await tx.Execute(
            """
            INSERT INTO company_profile (company_id, summary, products, focus, changed_at, version)
            VALUES (@companyId, @summary, @Products, @Focus, @now, 1)
            ON CONFLICT (company_id) DO UPDATE SET summary = excluded.summary, products = excluded.products,
                focus = excluded.focus, changed_at = excluded.changed_at, version = company_profile.version + 1
            """,
            new
            {
                companyId,
                summary,
                Products = JsonSerializer.Serialize(products, Json.Options),
                Focus = JsonSerializer.Serialize(focus, Json.Options),
                now,
            }
        );
        await tx.Record(
            now,
            new Change(companyId, "company.profile_set", companyId, After: new { products = products.Count, focus })
        );
    }
}

sealed record ProfileRow
{
    public string? Summary { get; init; }
    public string? Products { get; init; }
    public string? Focus { get; init; }
    public long Version { get; init; }

    public static Task<ProfileRow?> Find(Statements read, string companyId) =>
        read.Find<ProfileRow>(
            "SELECT summary, products, focus, version FROM company_profile WHERE company_id = @companyId",
            new { companyId }
        );

    public static IReadOnlyList<ProductView> ProductsOf(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<ProductView[]>(json, Json.Options)!;

    public static IReadOnlyList<CodeEntry> FocusOf(string? json) =>
        json is null
            ? []
            :
            [
                .. JsonSerializer
                    .Deserialize<string[]>(json, Json.Options)!
                    .Select(code => Specialty.All.First(one => one.Code == code)),
            ];
}

/// <summary>A product and what it does for a hospital.</summary>
public sealed record ProductView(string Name, string Function);

/// <summary>What guests are told of a company, to the company itself. Version 0 before anything was said.</summary>
public sealed record OwnProfileView(
    string CompanyId,
    string? Summary,
    IReadOnlyList<ProductView> Products,
    IReadOnlyList<CodeEntry> Focus,
    long Version
) : ITagged
{
    [JsonIgnore]
    public string Tag => $"{Version}";

    internal static OwnProfileView Of(string companyId, ProfileRow? row) =>
        new(
            companyId,
            row?.Summary,
            ProfileRow.ProductsOf(row?.Products),
            ProfileRow.FocusOf(row?.Focus),
            row?.Version ?? 0
        );
}
