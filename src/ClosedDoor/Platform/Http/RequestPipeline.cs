using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;
using NodaTime;

namespace ClosedDoor.Platform.Http;

/// <summary>What every request passes on its way to an endpoint, and every answer on its way out.</summary>
static class RequestPipeline
{
    /// <summary>Largest JSON body, in bytes.</summary>
    public const int LargestBody = 1024 * 1024;

    /// <summary>In characters, visible ASCII all of them.</summary>
    public const int LongestIdempotencyKey = 200;

    /// <summary>Turns everything that is not an answer yet into problem details.</summary>
    public static IApplicationBuilder UseProblemDetails(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("ClosedDoor.Http");
        return app.Use(
            async (http, next) =>
            {
                SecurityHeaders.AddTo(http);
                try
                {
                    await next(http);
                    if (
                        http.Response is { HasStarted: false, StatusCode: >= 400, ContentLength: null }
                        && RefusalForBare(http.Response.StatusCode) is { } refusal
                    )
                        await Problems.Write(http, refusal);
                }
                catch (BadHttpRequestException e) when (!http.Response.HasStarted)
                {
                    await Problems.Write(http, RefusalFor(e.StatusCode) ?? Unreadable(e));
                }
                catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
                {
                    // The caller has gone: nobody is left to answer.
                }
                catch (Exception e) when (!http.Response.HasStarted)
                {
                    var outage = e is DatabaseUnavailableException;
                    log.Log(
                        outage ? LogLevel.Warning : LogLevel.Error,
                        e,
                        "Request failed: {Endpoint}",
                        http.GetEndpoint()?.DisplayName
                    );
                    if (outage)
                        http.Response.Headers.RetryAfter = "5";
                    await Problems.Write(http, outage ? Refusals.Unavailable : Refusals.InternalError);
                }
            }
        );
    }

    /// <summary>
    /// Refuses a body that says it is larger than its endpoint takes, before any of it is read. Kestrel holds bodies of
    /// unsaid length to the same bound while they come. A charset other than UTF-8, which JSON is always in (RFC 8259,
    /// 8.1), is refused here too: the framework throws at the ones that it does not know, and at quotes.
    /// </summary>
    public static IApplicationBuilder UseBodyLimit(this IApplicationBuilder app) =>
        app.Use(
            (http, next) =>
                http.Request.ContentLength
                > (
                    http.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize
                    ?? LargestBody
                )
                    ? Problems.Write(http, Refusals.TooLarge)
                : IsInAnotherCharset(http.Request.ContentType) ? Problems.Write(http, Refusals.UnsupportedMediaType)
                : next(http)
        );

    static bool IsInAnotherCharset(string? contentType) =>
        contentType?.Contains("charset", StringComparison.OrdinalIgnoreCase) is true
        && MediaTypeHeaderValue.TryParse(contentType, out var mediaType)
        && mediaType.Charset.HasValue
        && !mediaType.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);

    /// <summary>After authentication: the request's caller, with the clock read once and the idempotency key in hand.</summary>
    public static IApplicationBuilder UseCaller(this IApplicationBuilder app, IClock clock) =>
        app.Use(
            async (http, next) =>
            {
                if (
                    TokenAuthentication.WasRefused(http)
                    && http.GetEndpoint()?.Metadata.GetMetadata<IgnoresToken>() is null
                )
                {
                    http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
                    await Problems.Write(http, Refusals.Unauthenticated);
                    return;
                }

                var caller = Caller.Attach(
                    http,
                    TokenAuthentication.StandingOf(http.User),
                    RequestTime.Of(http, clock)
                );
                if (caller.IdempotencyKey is { } key)
                {
                    if (key.Length is 0 or > LongestIdempotencyKey || key.Any(c => c is < '!' or > '~'))
                    {
                        await Problems.Write(
                            http,
                            Refusals.Malformed.Because(
                                $"Idempotency-Key 应为 1 至 {LongestIdempotencyKey} 个可见 ASCII 字符。",
                                $"Idempotency-Key must be 1 to {LongestIdempotencyKey} visible ASCII characters."
                            )
                        );
                        return;
                    }
                    caller.Fingerprint = await FingerprintOf(http);
                }
                await next(http);
            }
        );

    /// <summary>
    /// SHA-256 of method, path and body. An endpoint whose body differs between repetitions (multipart boundaries) or
    /// holds a secret says so by <see cref="FingerprintsItself"/>, and adds what stands for its body.
    /// </summary>
    static async Task<string> FingerprintOf(HttpContext http)
    {
        var line = Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}\n");
        if (http.GetEndpoint()?.Metadata.GetMetadata<FingerprintsItself>() is not null)
            return Convert.ToHexStringLower(SHA256.HashData(line));

        // One buffer holds both: the line to be hashed with the body, and the body to be read again.
        var hashed = new MemoryStream(line.Length + (int)Math.Min(http.Request.ContentLength ?? 0, 4096));
        hashed.Write(line);
        await http.Request.Body.CopyToAsync(hashed, http.RequestAborted);
        var buffer = hashed.GetBuffer();
        var length = (int)hashed.Length;
        http.Request.Body = new MemoryStream(buffer, line.Length, length - line.Length, writable: false);
        return Convert.ToHexStringLower(SHA256.HashData(buffer.AsSpan(0, length)));
    }

    static Refusal? RefusalFor(int status) =>
        status switch
        {
            401 => Refusals.Unauthenticated,
            403 => Refusals.Forbidden,
            404 => Refusals.NotFound,
            405 => Refusals.MethodNotAllowed,
            413 => Refusals.TooLarge,
            415 => Refusals.UnsupportedMediaType,
            _ => null,
        };

    /// <summary>The generated binding answers some unreadable parameters, such as a number that is none, with a bare 400.</summary>
    static Refusal? RefusalForBare(int status) => status is 400 ? Unreadable() : RefusalFor(status);

    /// <summary>In characters. A path has the body's own names in it, made-up ones too, up to a megabyte long.</summary>
    const int LongestPath = 200;

    // The serializer names the place by its path, such as $.price.amount. Neither sentence repeats the body's values.
    static Refusal Unreadable(BadHttpRequestException? e = null) =>
        e?.InnerException is JsonException { Path: { Length: <= LongestPath } path }
            ? Refusals.Malformed.Because(
                $"无法读取请求 JSON 中 {path} 处的内容，请检查格式、类型与取值。",
                $"The JSON could not be read at {path}: check its form, type and value."
            )
            : Refusals.Malformed.Because(
                "请求内容无法解析，请检查 JSON 格式、字段类型与参数。",
                "The request could not be read: check JSON, types and parameters."
            );
}

/// <summary>The endpoint adds what stands for its body to <see cref="Caller.Fingerprint"/> itself.</summary>
sealed class FingerprintsItself
{
    /// <summary>
    /// With the request as it came, but for its password: a fast hash of that must not be kept, which a fingerprint with
    /// it would be.
    /// </summary>
    /// <param name="caller">Whose fingerprint it is.</param>
    /// <param name="withoutPassword">The request, its password replaced by null.</param>
    public static void AddWithoutPassword<T>(Caller caller, T withoutPassword)
    {
        if (caller.IdempotencyKey is not null)
            Add(caller, JsonSerializer.Serialize(withoutPassword, Json.Options));
    }

    public static void Add(Caller caller, string standsForBody)
    {
        if (caller.IdempotencyKey is not null)
            caller.Fingerprint = Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(caller.Fingerprint + standsForBody))
            );
    }
}

/// <summary>The endpoint does not care who calls: signing in again with a spent token is how one gets a new one, and probes are for anyone.</summary>
sealed class IgnoresToken;
