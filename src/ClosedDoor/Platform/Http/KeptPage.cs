using System.Security.Cryptography;

namespace ClosedDoor.Platform.Http;

/// <summary>
/// What is the same for everyone until the next release. Asked for anew each time and mostly not sent again: a page and its
/// script are always of one release.
/// </summary>
sealed class KeptPage(byte[] bytes, string contentType)
{
    readonly string _tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"";

    public Task Write(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return Answer.WriteTagged(http, bytes, _tag, contentType);
    }

    /// <summary>Maps it, for whoever asks: a token of theirs says nothing here.</summary>
    /// <param name="app">Where.</param>
    /// <param name="path">Under which path.</param>
    /// <param name="page">Made when it is asked for first.</param>
    public static void Map(IEndpointRouteBuilder app, string path, Func<Task<KeptPage>> page)
    {
        var kept = new Lazy<Task<KeptPage>>(page);
        app.MapMethods(path, ["GET", "HEAD"], async (HttpContext http) => await (await kept.Value).Write(http))
            .ExcludeFromDescription()
            .WithMetadata(new IgnoresToken());
    }
}
