using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Http.OpenApi;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Platform.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Http;

public class ApiDocumentTests
{
    TestHost _host = null!;
    JsonElement _document;
    List<RouteEndpoint> _endpoints = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _document = JsonDocument.Parse(await _host.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        _endpoints =
        [
            .. _host
                .Get<EndpointDataSource>()
                .Endpoints.OfType<RouteEndpoint>()
                .Where(one => one.RoutePattern.RawText?.StartsWith("/api/v1/", StringComparison.Ordinal) == true),
        ];
    }

    [OneTimeTearDown]
    public async Task Stop() => await _host.DisposeAsync();

    IEnumerable<(string Name, string Method, JsonElement Operation)> Operations =>
        from path in _document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Name, operation.Value);

    static bool Holds(JsonElement element, string name) => element.TryGetProperty(name, out _);

    [Test]
    public void The_document_is_OpenAPI_3_1_and_describes_every_endpoint_once()
    {
        Assert.That(_document.GetProperty("openapi").GetString(), Does.StartWith("3.1"));
        Assert.That(Holds(_document.GetProperty("info"), "title") && Holds(_document.GetProperty("info"), "version"));
        Assert.That(
            Operations.Select(one => one.Operation.GetProperty("operationId").GetString()),
            Is.EquivalentTo(_endpoints.Select(one => one.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName))
        );
        Assert.That(Operations.Select(one => one.Operation.GetProperty("operationId").GetString()), Is.Unique);
    }

    [TestCase("cda_…")]
    [TestCase("cdk_…")]
    [TestCase("cdl_…")]
    [TestCase("cdd_…")]
    public void Every_kind_of_caller_is_told_which_token_to_call_with(string token) =>
        Assert.That(
            _document
                .GetProperty("components")
                .GetProperty("securitySchemes")
                .GetProperty("bearer")
                .GetProperty("description")
                .GetString(),
            Does.Contain(token)
        );

    /// <summary>See <c>EndpointSights</c>, and <c>ClosedDoorsTests</c>, which holds the endpoints to it.</summary>
    [Test]
    public void Every_endpoint_has_a_row_in_the_table_of_who_sees_what() =>
        Assert.That(
            EndpointSights.All,
            Is.EquivalentTo(_endpoints.Select(one => one.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName))
        );

    [Test]
    public void Every_new_endpoint_stands_in_the_authorization_matrix() =>
        Security.AuthorizationMatrixTests.HasARowForEach(_host);

    [Test]
    public void Every_reference_leads_somewhere()
    {
        var references = new List<string>();
        Walk(_document);
        Assert.That(references, Is.Not.Empty);
        foreach (var reference in references.Distinct())
        {
            var at = _document;
            foreach (var step in reference.TrimStart('#', '/').Split('/'))
                Assert.That(at.TryGetProperty(step.Replace("~1", "/"), out at), reference);
        }

        void Walk(JsonElement element)
        {
            if (element.ValueKind is JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                    Walk(item);
            }
            else if (element.ValueKind is JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    if (property.Name == "$ref" && property.Value.ValueKind is JsonValueKind.String)
                        references.Add(property.Value.GetString()!);
                    else
                        Walk(property.Value);
                }
            }
        }
    }

    [Test]
    public void Every_operation_has_a_summary_an_area_and_its_success()
    {
        Assert.Multiple(() =>
        {
            foreach (var (name, _, operation) in Operations)
            {
                Assert.That(Holds(operation, "summary") && Holds(operation, "description"), name);
                Assert.That(operation.GetProperty("tags").GetArrayLength(), Is.EqualTo(1), name);
                var responses = operation.GetProperty("responses").EnumerateObject().Select(one => one.Name).ToList();
                Assert.That(responses.Exists(status => status.StartsWith('2')), name);
            }
        });
    }

    [Test]
    public void Every_area_is_described_and_none_is_made_up() =>
        Assert.That(
            _document.GetProperty("tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()),
            Is.EquivalentTo(ApiAreas.All)
        );

    [Test]
    public void Every_body_has_an_example_on_both_ways()
    {
        Assert.Multiple(() =>
        {
            foreach (var (name, _, operation) in Operations)
            {
                if (
                    operation.TryGetProperty("requestBody", out var body)
                    && body.GetProperty("content").TryGetProperty("application/json", out var sent)
                )
                    Assert.That(Holds(sent, "example"), $"{name}: request");
                foreach (var response in operation.GetProperty("responses").EnumerateObject())
                {
                    if (!response.Value.TryGetProperty("content", out var contents))
                        continue;
                    foreach (var content in contents.EnumerateObject().Where(one => one.Name.Contains("json")))
                        Assert.That(
                            Holds(content.Value, "example") || Holds(content.Value, "examples"),
                            $"{name}: {response.Name}"
                        );
                }
            }
        });
    }

    [Test]
    public void Every_operation_lists_the_problems_that_it_may_answer()
    {
        Assert.Multiple(() =>
        {
            foreach (var endpoint in _endpoints)
            {
                var id = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;
                var (name, method, operation) = Operations.Single(one =>
                    one.Operation.GetProperty("operationId").GetString() == id
                );
                var expected = endpoint
                    .Metadata.OfType<RefusedWith>()
                    .SelectMany(one => one.Refusals)
                    .Concat([Refusals.Malformed, Refusals.TooManyRequests, Refusals.InternalError])
                    .ToList();
                if (endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null)
                    expected.AddRange([Refusals.Unauthenticated, Refusals.Forbidden]);
                if (method == "post")
                    expected.AddRange([Refusals.IdempotencyKeyReused, Refusals.IdempotencyInProgress]);
                Assert.That(CodesOf(operation), Is.SupersetOf(expected.Select(one => one.Code).Distinct()), name);
            }
        });
    }

    static List<string> CodesOf(JsonElement operation) =>
        [
            .. operation
                .GetProperty("responses")
                .EnumerateObject()
                .Where(response => Holds(response.Value, "content"))
                .SelectMany(response =>
                    response.Value.GetProperty("content").TryGetProperty("application/problem+json", out var problem)
                        ? problem.GetProperty("examples").EnumerateObject().Select(one => one.Name)
                        : []
                ),
        ];

    [Test]
    public void Every_post_takes_an_idempotency_key_and_every_change_by_version_an_If_Match()
    {
        Assert.Multiple(() =>
        {
            foreach (var (name, method, operation) in Operations)
            {
                var references = operation.TryGetProperty("parameters", out var parameters)
                    ? parameters
                        .EnumerateArray()
                        .Where(one => Holds(one, "$ref"))
                        .Select(one => one.GetProperty("$ref").GetString()!.Split('/')[^1])
                        .ToList()
                    : [];
                Assert.That(references.Contains("IdempotencyKey"), Is.EqualTo(method == "post"), name);
                Assert.That(
                    references.Contains("IfMatch"),
                    Is.EqualTo(CodesOf(operation).Contains("stale_version")),
                    name
                );
            }
        });
    }

    [Test]
    public void Lists_say_how_long_a_page_may_be()
    {
        var limits = Operations
            .Where(one => Holds(one.Operation, "parameters"))
            .SelectMany(one => one.Operation.GetProperty("parameters").EnumerateArray())
            .Where(one => one.TryGetProperty("name", out var name) && name.GetString() == "limit")
            .ToList();

        Assert.That(limits, Is.Not.Empty);
        foreach (var limit in limits)
        {
            Assert.That(limit.GetProperty("schema").GetProperty("minimum").GetInt32(), Is.EqualTo(1));
            Assert.That(limit.GetProperty("schema").GetProperty("maximum").GetInt32(), Is.EqualTo(200));
        }
    }

    [Test]
    public void Every_example_request_is_one_that_the_endpoint_reads()
    {
        Assert.Multiple(() =>
        {
            foreach (var endpoint in _endpoints)
            {
                if (
                    endpoint.Metadata.GetMetadata<RequestExample>() is not { } example
                    || endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is not { } type
                )
                    continue;
                var sent = JsonSerializer.Serialize(example.Request, example.Request.GetType(), Json.Options);
                var read = JsonSerializer.Deserialize(sent, type, Json.Options);
                Assert.That(JsonSerializer.Serialize(read, type, Json.Options), Is.EqualTo(sent), endpoint.DisplayName);
            }
        });
    }

    [Test]
    public void Every_example_answer_is_one_that_its_type_reads()
    {
        Assert.Multiple(() =>
        {
            foreach (var endpoint in _endpoints)
            {
                var answer = endpoint
                    .Metadata.OfType<IProducesResponseTypeMetadata>()
                    .LastOrDefault(one => one.StatusCode is >= 200 and < 300);
                var id = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName;
                var operation = Operations.Single(one => one.Operation.GetProperty("operationId").GetString() == id);
                if (
                    answer?.Type is not { } type
                    || !operation
                        .Operation.GetProperty("responses")
                        .GetProperty($"{answer.StatusCode}")
                        .TryGetProperty("content", out var content)
                    || !content.TryGetProperty("application/json", out var json)
                )
                    continue;
                Assert.That(
                    () => json.GetProperty("example").Deserialize(type, Json.Options),
                    Throws.Nothing,
                    operation.Name
                );
            }
        });
    }

    [Test]
    public void Components_are_named_for_what_they_are() =>
        Assert.That(
            _document.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(one => one.Name),
            Has.None.EndsWith("View").And.None.EqualTo("Request").And.None.Matches("[0-9]$")
        );

    [TestCase("/docs/index.html", "text/html")]
    [TestCase("/docs/swagger-ui-bundle.js", "text/javascript")]
    [TestCase("/docs/swagger-ui.css", "text/css")]
    public async Task The_page_brings_all_that_it_needs(string path, string mediaType)
    {
        using var response = await _host.Client.GetAsync(path);

        Assert.That((int)response.StatusCode, Is.EqualTo(200));
        Assert.That(response.Content.Headers.ContentType!.MediaType, Is.EqualTo(mediaType));
        Assert.That(
            string.Join(",", response.Headers.GetValues("Content-Security-Policy")),
            Does.Contain("script-src 'self';").And.Contain("connect-src 'self';")
        );
        if (mediaType == "text/html")
            Assert.That(await response.Content.ReadAsStringAsync(), Does.Not.Contain("://"), "works without a network");
    }
}
