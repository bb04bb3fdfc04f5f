using Microsoft.Extensions.Primitives;

namespace ClosedDoor.Platform.Http;

/// <summary>What every answer tells a browser. A page that needs more says so in its own Content-Security-Policy.</summary>
static class SecurityHeaders
{
    static readonly StringValues NoSniff = "nosniff";
    static readonly StringValues NoReferrer = "no-referrer";
    static readonly StringValues SameOrigin = "same-origin";
    static readonly StringValues OneYear = "max-age=31536000";

    /// <summary>Caches may guess for how long an answer holds that says nothing (RFC 9111, 4.2.2): a seat count never holds unasked.</summary>
    static readonly StringValues ForThisCallerNow = "private, no-cache";

    /// <summary>An API answer that a browser is made to show runs nothing and is framed nowhere.</summary>
    static readonly StringValues ForData = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>The API's page draws itself with a script of ours that sets styles and embeds icons as data.</summary>
    static readonly StringValues ForDocs =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    static readonly StringValues ForPages =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

    public static void AddTo(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        headers["Cross-Origin-Resource-Policy"] = SameOrigin;
        headers.ContentSecurityPolicy = PolicyFor(http.Request.Path);
        if (http.Request.Path.StartsWithSegments("/api"))
            headers.CacheControl = ForThisCallerNow; // Files, secrets and problems say their own.
        if (http.Request.IsHttps)
            headers.StrictTransportSecurity = OneYear;
    }

    static StringValues PolicyFor(PathString path) =>
        IsForData(path) ? ForData
        : path.StartsWithSegments("/docs") ? ForDocs
        : ForPages;

    /// <summary>Whether programs ask here, which want data whatever they say that they accept.</summary>
    public static bool IsForData(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/openapi") || IsProbe(path);

    static bool IsProbe(PathString path) => path.Value is "/healthz" or "/readyz" or "/metrics";
}
