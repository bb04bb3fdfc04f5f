using ClosedDoor.Platform.Http;
using Microsoft.Net.Http.Headers;

namespace ClosedDoor.Platform.Files;

/// <summary>
/// Answers with a stored file, to be saved and not shown: what strangers uploaded must never run in a page of ours.
/// </summary>
sealed class Download(string name, string mediaType, string sha256, byte[] bytes) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name); // filename for old clients, filename* (RFC 5987) for Chinese.
        var headers = http.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "private, no-cache";
        headers.ETag = $"\"{sha256}\"";
        if (Answer.Matches(http.Request.Headers.IfNoneMatch, $"\"{sha256}\""))
        {
            http.Response.StatusCode = 304;
            return;
        }
        http.Response.ContentType = mediaType;
        http.Response.ContentLength = bytes.Length;
        await LongAnswer.Write(http, bytes);
    }
}
