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
        var making = new Making(page);
        app.MapMethods(
                path,
                ["GET", "HEAD"],
                async (HttpContext http) =>
                {
                    if (WithoutSlash(http.Request) is { } address)
                        http.Response.Redirect(address, permanent: true, preserveMethod: true);
                    else
                        await (await making.Made()).Write(http);
                }
            )
            .ExcludeFromDescription()
            .WithMetadata(new IgnoresToken());
    }

    /// <summary>
    /// The way to the same page where a slash stands at the end of its address, which routing passes over: what the page names
    /// beside itself would be looked for one folder too deep. Relative, as a proxy may have taken a folder off. Else null.
    /// </summary>
    static string? WithoutSlash(HttpRequest request) =>
        request.Path.Value is [.. var path, '/']
            ? $"../{Uri.EscapeDataString(path[(path.LastIndexOf('/') + 1)..])}{request.QueryString}"
            : null;

    /// <summary>Makes a page once for all who ask; what failed is tried anew for the next one.</summary>
    sealed class Making(Func<Task<KeptPage>> page)
    {
        readonly Lock _one = new();
        Task<KeptPage>? _made;

        public Task<KeptPage> Made()
        {
            lock (_one)
                return _made is null or { IsFaulted: true } or { IsCanceled: true } ? _made = page() : _made;
        }
    }
}
