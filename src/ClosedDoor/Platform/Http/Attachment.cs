using Microsoft.Net.Http.Headers;

namespace ClosedDoor.Platform.Http;

/// <summary>An answer that is a file: to be saved and not shown, for what strangers wrote must never run in a page of ours.</summary>
static class Attachment
{
    public static void Name(HttpResponse response, string fileName)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(fileName); // filename for old clients, filename* (RFC 5987) for Chinese.
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        response.Headers.XContentTypeOptions = "nosniff";
    }
}
