using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ClosedDoor.Domain;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ClosedDoor.Platform.Http.OpenApi;

/// <summary>Writes into an operation what its endpoint says of itself, and what holds for every endpoint of its kind.</summary>
static class DescribedOperation
{
    public static async Task Apply(
        OpenApiOperation operation,
        OpenApiOperationTransformerContext context,
        CancellationToken cancel
    )
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var endpoint = new EndpointMetadataCollection(metadata);
        var document = context.Document!;
        var method = context.Description.HttpMethod!;
        var own = metadata.OfType<RefusedWith>().SelectMany(refused => refused.Refusals).ToList();
        var answer = metadata
            .OfType<IProducesResponseTypeMetadata>()
            .LastOrDefault(made => made.StatusCode is >= 200 and < 300);
        var tagged = answer?.Type is { } type && typeof(ITagged).IsAssignableFrom(type);

        if (AreaOf(endpoint) is { } area)
            operation.Tags = new HashSet<OpenApiTagReference> { new(area, document) };
        operation.Security = Security(endpoint, document);
        operation.Description ??= Describe(operation.Summary, own);

        var parameters = operation.Parameters ??= [];
        foreach (var parameter in parameters.OfType<OpenApiParameter>())
            DescribeParameter(parameter, context);
        if (method == "POST")
            parameters.Add(new OpenApiParameterReference(ApiDocument.IdempotencyKey, document));
        if (own.Exists(refusal => refusal.Is(Refusals.StaleVersion)))
            parameters.Add(new OpenApiParameterReference(ApiDocument.IfMatch, document));
        if (method == "GET" && tagged)
            parameters.Add(new OpenApiParameterReference(ApiDocument.IfNoneMatch, document));

        DescribeBody(operation, metadata, context);
        DescribeAnswer(operation, answer, method, tagged, document);
        var problem = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancel);
        document.AddComponent(nameof(Problem), problem);
        AddProblems(operation, RefusalsOf(endpoint, operation, method, own), document);
    }

    /// <summary>The folder of the use case, in which the whole product is laid out.</summary>
    static string? AreaOf(EndpointMetadataCollection endpoint) =>
        endpoint.GetMetadata<MethodInfo>()?.DeclaringType?.Namespace?.Split('.').Last();

    static List<OpenApiSecurityRequirement> Security(EndpointMetadataCollection endpoint, OpenApiDocument document)
    {
        if (endpoint.GetMetadata<IgnoresToken>() is not null)
            return [new OpenApiSecurityRequirement()];
        var bearer = new OpenApiSecurityRequirement
        {
            [new OpenApiSecuritySchemeReference(ApiDocument.Bearer, document)] = [],
        };
        // An empty requirement beside it makes the token optional.
        return NeedsSignIn(endpoint) ? [bearer] : [bearer, new OpenApiSecurityRequirement()];
    }

    static bool NeedsSignIn(EndpointMetadataCollection endpoint) => endpoint.GetMetadata<IAuthorizeData>() is not null;

    static string Describe(string? summary, List<Refusal> own) =>
        own.Count == 0
            ? $"{summary}."
            : $"{summary}. Its own problem codes: {string.Join(", ", own.Select(refusal => $"`{refusal.Code}`"))}.";

    static void DescribeParameter(OpenApiParameter parameter, OpenApiOperationTransformerContext context)
    {
        var type =
            context.Description.ParameterDescriptions.FirstOrDefault(one => one.Name == parameter.Name)?.Type
            ?? typeof(string);
        switch (parameter)
        {
            case { In: ParameterLocation.Query, Name: "limit" }:
                parameter.Description = "The most items that the answer holds.";
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = Paging.Largest.ToString(CultureInfo.InvariantCulture),
                    Default = Paging.Usual,
                };
                break;
            case { In: ParameterLocation.Query, Name: "cursor" }:
                parameter.Description = "The previous answer's nextCursor; opaque.";
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = Cursor.Longest };
                break;
            case { In: ParameterLocation.Path }:
                parameter.Description ??= $"A TypeID: the {parameter.Name}.";
                parameter.Example = Sample.OfParameter(parameter.Name!, type);
                break;
            default:
                parameter.Description ??= $"Only those with this {parameter.Name}.";
                break;
        }
    }

    static void DescribeBody(
        OpenApiOperation operation,
        IList<object> metadata,
        OpenApiOperationTransformerContext context
    )
    {
        if (operation.RequestBody is not OpenApiRequestBody { Content: { } content })
            return;
        var given = metadata.OfType<RequestExample>().LastOrDefault()?.Request;
        var body = context.Description.ParameterDescriptions.FirstOrDefault(one => one.Source.Id == "Body");
        foreach (var (mediaType, form) in content)
        {
            if (mediaType.StartsWith("application/json"))
                form.Example =
                    given is not null ? AsSent(given)
                    : body?.Type is { } type ? Sample.Of(type)
                    : null;
        }
    }

    /// <summary>A caller leaves out what it does not say. An empty object stays as it is: the writer would drop it.</summary>
    static JsonNode? AsSent(object request)
    {
        var node = JsonSerializer.SerializeToNode(request, request.GetType(), Json.Options);
        if (node is JsonObject sent && sent.Any(field => field.Value is not null))
        {
            foreach (var (name, _) in sent.Where(field => field.Value is null).ToList())
                sent.Remove(name);
        }
        return node;
    }

    static void DescribeAnswer(
        OpenApiOperation operation,
        IProducesResponseTypeMetadata? answer,
        string method,
        bool tagged,
        OpenApiDocument document
    )
    {
        if (
            answer is null
            || operation.Responses is not { } responses
            || !responses.TryGetValue(Key(answer.StatusCode), out var found)
            || found is not OpenApiResponse response
        )
            return;
        response.Description = answer.StatusCode switch
        {
            201 => "Created",
            202 => "Accepted",
            204 => "Done; the answer has no body",
            _ => "OK",
        };
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        if (tagged)
            response.Headers["ETag"] = new OpenApiHeaderReference(ApiDocument.ETag, document);
        if (answer.StatusCode == 201)
            response.Headers["Location"] = new OpenApiHeaderReference(ApiDocument.Location, document);
        if (method == "POST")
            response.Headers["Idempotency-Replayed"] = new OpenApiHeaderReference(ApiDocument.Replayed, document);
        if (answer.Type is { } type && response.Content?.TryGetValue("application/json", out var content) == true)
            content.Example = Sample.Of(type);
        if (method == "GET" && tagged)
            responses["304"] = new OpenApiResponse { Description = "Not changed since the ETag in If-None-Match" };
    }

    /// <summary>Its own refusals, and those that any endpoint of its kind may give.</summary>
    static IEnumerable<Refusal> RefusalsOf(
        EndpointMetadataCollection endpoint,
        OpenApiOperation operation,
        string method,
        List<Refusal> own
    )
    {
        var all = new List<Refusal>(own)
        {
            Refusals.Malformed,
            Refusals.TooManyRequests,
            Refusals.InternalError,
            Refusals.Unavailable,
        };
        if (endpoint.GetMetadata<IgnoresToken>() is null)
            all.Add(Refusals.Unauthenticated);
        if (NeedsSignIn(endpoint))
            all.Add(Refusals.Forbidden);
        if (method == "POST")
            all.AddRange([Refusals.IdempotencyInProgress, Refusals.IdempotencyKeyReused]);
        if (operation.RequestBody is not null)
            all.AddRange([Refusals.TooLarge, Refusals.UnsupportedMediaType]);
        if (operation.Parameters?.Any(one => one is OpenApiParameter { In: ParameterLocation.Path }) == true)
            all.Add(Refusals.NotFound);
        if (
            operation.Parameters?.Any(one => one is OpenApiParameter { In: ParameterLocation.Query, Name: "limit" })
            == true
        )
            all.Add(Refusals.Invalid);
        return all.DistinctBy(refusal => refusal.Code);
    }

    static void AddProblems(OpenApiOperation operation, IEnumerable<Refusal> refusals, OpenApiDocument document)
    {
        operation.Responses ??= [];
        foreach (var group in refusals.GroupBy(Problems.StatusOf).OrderBy(group => group.Key))
        {
            var content = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(nameof(Problem), document),
                Examples = group.ToDictionary(
                    refusal => refusal.Code,
                    IOpenApiExample (refusal) => new OpenApiExampleReference(refusal.Code, document)
                ),
            };
            operation.Responses[Key(group.Key)] = new OpenApiResponse
            {
                Description = string.Join(
                    "; ",
                    group.Select(refusal => $"{refusal.Code}: {Problems.TitleOf(refusal).En}")
                ),
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = content },
                Headers = group.Key is 429 or 503
                    ? new Dictionary<string, IOpenApiHeader>
                    {
                        ["Retry-After"] = new OpenApiHeaderReference(ApiDocument.RetryAfter, document),
                    }
                    : null,
            };
        }
    }

    static string Key(int status) => status.ToString(CultureInfo.InvariantCulture);
}
