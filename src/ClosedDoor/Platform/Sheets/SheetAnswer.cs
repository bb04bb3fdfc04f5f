using ClosedDoor.Platform.Http;

namespace ClosedDoor.Platform.Sheets;

/// <summary>A table as a file to be saved. Never kept by anything on its way: it differs with who asks.</summary>
sealed class SheetAnswer(string name, string mediaType, byte[] bytes) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        Attachment.Name(http.Response, name);
        http.Response.Headers.CacheControl = "no-store";
        return Answer.WriteBytes(http, bytes, mediaType);
    }
}
