using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;
using Microsoft.Extensions.Primitives;

namespace ClosedDoor.Platform.Http;

/// <summary>A single resource, whose <see cref="Tag"/> becomes its ETag.</summary>
public interface ITagged
{
    /// <summary>Another text whenever the representation is another one. Starts with the version that If-Match is held against.</summary>
    [JsonIgnore]
    string Tag { get; }
}

/// <summary>How an <see cref="Outcome{T}"/> becomes an HTTP answer.</summary>
public static class Answer
{
    public static IResult ToOk<T>(this Outcome<T> outcome) => new JsonAnswer<T>(outcome, 200, null);

    /// <summary>201 with the new resource and its address.</summary>
    public static IResult ToCreated<T>(this Outcome<T> outcome, Func<T, string> location) =>
        new JsonAnswer<T>(outcome, 201, location);

    public static IResult ToNoContent<T>(this Outcome<T> outcome) => new JsonAnswer<T>(outcome, 204, null);

    public static IResult Refuse(Refusal refusal) => new JsonAnswer<bool>(refusal, 200, null);

    internal static Task WriteJson<T>(HttpContext http, T value, string contentType) =>
        WriteBytes(http, JsonSerializer.SerializeToUtf8Bytes(value, Json.Options), contentType);

    /// <summary>200 with an answer that is in bytes already, or 304 when the caller has it.</summary>
    internal static Task WriteTagged(
        HttpContext http,
        byte[] body,
        string? tag,
        string contentType = "application/json; charset=utf-8"
    )
    {
        if (tag is not null && IsKnown(http, tag))
            return Task.CompletedTask;
        return WriteBytes(http, body, contentType);
    }

    /// <summary>Names the ETag; true when the caller holds this very representation, and 304 is the whole answer.</summary>
    static bool IsKnown(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        if (
            !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            || !Matches(http.Request.Headers.IfNoneMatch, tag)
        )
            return false;
        http.Response.StatusCode = 304;
        return true;
    }

    /// <summary>All of it with its length, or the length alone where HEAD asks.</summary>
    internal static Task WriteBytes(HttpContext http, byte[] body, string contentType)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask
            : body.Length > LongAnswer.Piece ? LongAnswer.Write(http, body)
            : http.Response.BodyWriter.WriteAsync(body).AsTask();
    }

    sealed class JsonAnswer<T>(Outcome<T> outcome, int status, Func<T, string>? location) : IResult
    {
        public Task ExecuteAsync(HttpContext http)
        {
            if (Caller.Of(http).Replayed)
                http.Response.Headers["Idempotency-Replayed"] = "true";
            if (outcome.Refused(out var refusal))
                return Problems.Write(http, refusal);

            var value = outcome.Value;
            if (value is ITagged tagged && IsKnown(http, $"\"{tagged.Tag}\""))
                return Task.CompletedTask;
            if (location is not null)
                http.Response.Headers.Location = location(value);
            http.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : WriteJson(http, value, "application/json; charset=utf-8");
        }
    }

    /// <summary>If-None-Match (RFC 9110, 13.1.2): a list of tags, compared weakly, or *.</summary>
    internal static bool Matches(StringValues header, string tag) => Matches(header, tag, weakly: true);

    /// <summary>If-Match (RFC 9110, 13.1.1): the same, where a weak tag matches nothing.</summary>
    internal static bool MatchesStrongly(StringValues header, string tag) => Matches(header, tag, weakly: false);

    static bool Matches(StringValues header, string tag, bool weakly)
    {
        foreach (var line in header)
        {
            foreach (var candidate in (line ?? "").Split(',', StringSplitOptions.TrimEntries))
            {
                if (
                    candidate == "*"
                    || candidate == tag
                    || (weakly && candidate.StartsWith("W/") && candidate.AsSpan(2).SequenceEqual(tag))
                )
                    return true;
            }
        }
        return false;
    }
}
