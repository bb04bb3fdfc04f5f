using ClosedDoor.Platform.Http;

namespace ClosedDoor.Platform.Files;

/// <summary>Answers with a stored file.</summary>
sealed class Download(string name, string mediaType, string sha256, byte[] bytes) : IResult
{
    public async Task ExecuteAsync(HttpContext http)
    {
        Attachment.Name(http.Response, name);
        var headers = http.Response.Headers;
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
