using ClosedDoor.Platform.Http;

namespace ClosedDoor.Platform.Files;

/// <summary>Answers with a stored file.</summary>
sealed class Download(string name, string mediaType, string sha256, byte[] bytes) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        Attachment.Name(http.Response, name);
        http.Response.Headers.CacheControl = "private, no-cache";
        return Answer.WriteTagged(http, bytes, $"\"{sha256}\"", mediaType);
    }
}
