using System.Text.Json.Nodes;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClosedDoor.Platform.Http.OpenApi;

/// <summary>The OpenAPI 3.1 document at <c>/openapi/v1.json</c>, and the page that shows it at <c>/docs</c>.</summary>
static class ApiDocument
{
    public const string Bearer = "bearer";
    public const string IdempotencyKey = "IdempotencyKey";
    public const string IfMatch = "IfMatch";
    public const string IfNoneMatch = "IfNoneMatch";
    public const string ETag = "ETag";
    public const string Location = "Location";
    public const string Replayed = "IdempotencyReplayed";
    public const string RetryAfter = "RetryAfter";

    /// <summary>The framework's own default, which it goes by where a path names none.</summary>
    const string Document = "v1";

    public static void AddApiDocument(this IServiceCollection services) =>
        services.AddOpenApi(
            Document,
            options =>
            {
                options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
                options.ShouldInclude = operation =>
                    operation.HttpMethod != "HEAD" && operation.RelativePath?.StartsWith("api/v1/") == true;
                options.CreateSchemaReferenceId = DescribedSchema.NameOf;
                options.AddSchemaTransformer(DescribedSchema.Apply);
                options.AddOperationTransformer(DescribedOperation.Apply);
                options.AddDocumentTransformer(
                    (document, _, _) =>
                    {
                        Describe(document);
                        return Task.CompletedTask;
                    }
                );
            }
        );

    public static void MapApiDocument(this WebApplication app)
    {
        // Not by the framework's own endpoint, which describes every operation anew for each who asks.
        KeptPage.Map(app, $"/openapi/{Document}.json", () => Write(app.Services));
        ProblemsPage.Map(app);
        // It matches paths by regular expressions, which only its own need pass.
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/docs"),
            docs =>
                docs.UseSwaggerUI(page =>
                {
                    page.RoutePrefix = "docs";
                    page.DocumentTitle = "ClosedDoor API";
                    page.SwaggerEndpoint($"/openapi/{Document}.json", "ClosedDoor API v1");
                    page.EnableDeepLinking();
                    page.DisplayOperationId();
                })
        );
    }

    static async Task<KeptPage> Write(IServiceProvider services)
    {
        var document = await services
            .GetRequiredKeyedService<IOpenApiDocumentProvider>(Document)
            .GetOpenApiDocumentAsync(CancellationToken.None);
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return new KeptPage(json.ToArray(), "application/json; charset=utf-8");
    }

    static void Describe(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ClosedDoor API",
            Version = "1",
            Description = """
                Closed-door sessions (医疗机构对接闭门会) at which vetted companies meet hospital leaders: vetting, seats and
                payments, guests and their invitations, the one-to-one timetable, the door, and what comes of it.

                Instants are RFC 3339 in UTC, dates and times are civil, money is whole minor units (fen), ids are
                TypeIDs. Every answer that is not 2xx or 304 is an RFC 9457 problem with a stable `code`; titles come
                in Chinese or, by Accept-Language, in English. All codes are listed at [/docs/problems](/docs/problems).
                """,
            License = new OpenApiLicense { Name = "Proprietary", Identifier = "LicenseRef-Proprietary" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The instance that serves this document" }];
        document.Tags = new HashSet<OpenApiTag>(
            document
                .Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? [])
                .SelectMany(operation => operation.Tags ?? new HashSet<OpenApiTagReference>())
                .Select(tag => tag.Reference.Id!)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(name => new OpenApiTag { Name = name, Description = ApiAreas.Describe(name) })
        );
        AddComponents(document.Components ??= new OpenApiComponents(), CodesIn(document));
    }

    static HashSet<string> CodesIn(OpenApiDocument document) =>
        [
            .. document
                .Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? [])
                .SelectMany(operation => operation.Responses?.Values.AsEnumerable() ?? [])
                .SelectMany(response => response.Content?.Values.AsEnumerable() ?? [])
                .SelectMany(content => content.Examples?.Keys.AsEnumerable() ?? []),
        ];

    static void AddComponents(OpenApiComponents components, HashSet<string> codes)
    {
        components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        components.SecuritySchemes[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description =
                "An access token (`cda_…`) from SignIn, or an API key (`cdk_…`). Guests and delegates call with the token of "
                + "their personal link (`cdl_…`, what stands behind its #), a door device with its own (`cdd_…`) from PairDoorDevice.",
        };
        components.Parameters = new Dictionary<string, IOpenApiParameter>
        {
            [IdempotencyKey] = Header(
                "Idempotency-Key",
                $"Makes a repetition safe: for {IdempotentWrites.KeptFor.TotalHours:0} hours the same key with the same request gets the first answer again. "
                    + "A request refused for its form (400, `invalid_fields`), for who calls (401, `forbidden`) or for "
                    + "the moment (429, 5xx) is not stored: the key stays free.",
                "7f3c9a52-booking-1",
                schema =>
                {
                    schema.MinLength = 1;
                    schema.MaxLength = RequestPipeline.LongestIdempotencyKey;
                }
            ),
            [IfMatch] = Header(
                "If-Match",
                "The ETag that the change was made on; another version is refused with `stale_version`.",
                "\"3\""
            ),
            [IfNoneMatch] = Header(
                "If-None-Match",
                "The ETag that the caller has; while it holds, the answer is 304 without a body.",
                "\"3\""
            ),
        };
        components.Headers = new Dictionary<string, IOpenApiHeader>
        {
            [ETag] = Sent("Names this version of the resource, for If-Match and If-None-Match.", "\"3\""),
            [Location] = Sent("The path of the new resource.", "/api/v1/…"),
            [Replayed] = Sent("`true` when this is an earlier answer, found by its Idempotency-Key.", "true"),
            [RetryAfter] = Sent("Seconds after which to try again.", "1"),
        };
        components.Examples = Problems
            .All.Where(refusal => codes.Contains(refusal.Code))
            .ToDictionary(
                refusal => refusal.Code,
                IOpenApiExample (refusal) =>
                    new OpenApiExample { Summary = Problems.TitleOf(refusal).En, Value = ExampleOf(refusal) }
            );
    }

    static JsonObject ExampleOf(Refusal refusal)
    {
        var example = new JsonObject
        {
            ["type"] = Problems.TypeOf(refusal),
            ["title"] = Problems.TitleOf(refusal).Zh,
            ["status"] = Problems.StatusOf(refusal),
            ["instance"] = "/api/v1/…",
            ["code"] = refusal.Code,
            ["requestId"] = "9f86d081884c7d659a2f",
        };
        if (refusal.Is(Refusals.Invalid))
            example["errors"] = new JsonObject { ["name"] = new JsonArray(FieldErrors.IsMissing.Zh) };
        return example;
    }

    static OpenApiParameter Header(string name, string description, string example, Action<OpenApiSchema>? shape = null)
    {
        var schema = new OpenApiSchema { Type = JsonSchemaType.String };
        shape?.Invoke(schema);
        return new()
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = schema,
            Example = example,
        };
    }

    static OpenApiHeader Sent(string description, string example) =>
        new()
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = example,
        };
}
