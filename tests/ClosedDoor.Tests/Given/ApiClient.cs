using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ClosedDoor.Tests.Given;

/// <summary>Calls the API as an integrator would: paths under /api/v1, JSON, one token.</summary>
public sealed class ApiClient(HttpClient client, string? token)
{
    public string? Token => token;

    public Task<Reply> Get(string path, string? ifNoneMatch = null, string? language = null) =>
        Send(HttpMethod.Get, path, null, ifNoneMatch: ifNoneMatch, language: language);

    public Task<Reply> Post(
        string path,
        object? body = null,
        string? key = null,
        string? ifMatch = null,
        string? language = null
    ) => Send(HttpMethod.Post, path, body ?? new { }, key, ifMatch, language: language);

    public Task<Reply> Put(string path, object body, string? ifMatch = null) =>
        Send(HttpMethod.Put, path, body, ifMatch: ifMatch);

    public Task<Reply> Patch(string path, object body, string? ifMatch = null) =>
        Send(HttpMethod.Patch, path, body, ifMatch: ifMatch);

    public Task<Reply> Delete(string path, string? ifMatch = null) =>
        Send(HttpMethod.Delete, path, null, ifMatch: ifMatch);

    /// <param name="body">An object to serialise, or an <see cref="HttpContent"/> as it is.</param>
    public async Task<Reply> Send(
        HttpMethod method,
        string path,
        object? body,
        string? key = null,
        string? ifMatch = null,
        string? ifNoneMatch = null,
        string? language = null
    )
    {
        using var request = new HttpRequestMessage(
            method,
            path.StartsWith("/api/", StringComparison.Ordinal) ? path : $"/api/v1{path}"
        );
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNoneMatch is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        if (language is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", language);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            _ => new StringContent(
                JsonSerializer.Serialize(body, ClosedDoor.Platform.Http.Json.Options),
                Encoding.UTF8,
                "application/json"
            ),
        };
        using var response = await client.SendAsync(request);
        return new Reply(response, await response.Content.ReadAsByteArrayAsync());
    }
}

/// <summary>An answer, read to its end.</summary>
public sealed class Reply
{
    public Reply(HttpResponseMessage response, byte[] body)
    {
        Status = (int)response.StatusCode;
        Body = body;
        Headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(
                header => header.Key,
                header => string.Join(", ", header.Value),
                StringComparer.OrdinalIgnoreCase
            );
        MediaType = response.Content.Headers.ContentType?.MediaType;
    }

    public int Status { get; }
    public byte[] Body { get; }
    public IReadOnlyDictionary<string, string> Headers { get; }
    public string? MediaType { get; }

    public string Text => Encoding.UTF8.GetString(Body);
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
    public string? ETag => Headers.GetValueOrDefault("ETag");
    public bool IsReplay => Headers.GetValueOrDefault("Idempotency-Replayed") == "true";

    /// <summary>A problem's stable code; null when the answer is none.</summary>
    public string? Code => MediaType == "application/problem+json" ? this["code"].GetString() : null;

    public string Id => this["id"].GetString()!;

    /// <summary>A property by its path: <c>reply["seats.available"]</c>.</summary>
    public JsonElement this[string path] =>
        path.Split('.').Aggregate(Json, (element, name) => element.GetProperty(name));

    /// <summary>The answer itself, once its status is the expected one; else the test fails with what was said.</summary>
    public Reply Expect(int status)
    {
        if (Status != status)
            throw new NUnit.Framework.AssertionException($"Expected {status}, got {Status}: {Text}");
        return this;
    }

    /// <summary>As <see cref="Expect(int)"/>, for a problem with this code.</summary>
    public Reply Expect(int status, string code)
    {
        Expect(status);
        if (Code != code)
            throw new NUnit.Framework.AssertionException($"Expected problem {code}, got: {Text}");
        return this;
    }

    public override string ToString() => $"{Status} {Text}";
}
