using ClosedDoor.Platform.Http;
using Microsoft.Net.Http.Headers;

namespace ClosedDoor.Platform.Sheets;

/// <summary>A table as a file to be saved. Never kept by anything on its way: it differs with who asks.</summary>
sealed class SheetAnswer(string name, string mediaType, byte[] bytes) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name);
        var headers = http.Response.Headers;
        headers.ContentDisposition = disposition.ToString();
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        http.Response.ContentType = mediaType;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await LongAnswer.Write(http, bytes);
    }
}
