using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ClosedDoor.Platform.Http;

/// <summary>What the server takes from the network at all, and whom it believes.</summary>
static class Edge
{
    /// <summary>
    /// Bytes a second that a caller has to send or, of a <see cref="LongAnswer"/>, to read, averaged, once <see cref="Grace"/>
    /// is over: a bad mobile network's.
    /// </summary>
    /// <remarks>
    /// The server averages over the whole of a body, and counts what frames its chunks towards the largest that is taken.
    /// So a body has a total time, however it is spread: its largest size at this rate, which for JSON is 256 seconds and for
    /// an upload some 45 minutes.
    /// </remarks>
    public const int LeastRate = 4096;

    /// <summary>
    /// The same for answers that go out in one write. A caller who takes one answer before asking for the next never waits
    /// for it, as the network takes each whole: only who asks on and on, and reads none, comes to it, and is given a
    /// second for so many bytes of all that the network has taken.
    /// </summary>
    const int LeastRateOfShort = 32 * 1024;

    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Bytes that the system keeps of answers that a caller does not take: left to itself, megabytes for each.</summary>
    const int Unread = 128 * 1024;

    public static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;
        var limits = kestrel.Limits;
        limits.MaxRequestBodySize = RequestPipeline.LargestBody;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxConcurrentConnections = 20_000;
        limits.MaxConcurrentUpgradedConnections = 0; // Nothing here upgrades.
        limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        // Who sends or reads a byte now and then to hold a connection loses it.
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(LeastRate, Grace);
        limits.MinResponseDataRate = new MinDataRate(LeastRateOfShort, Grace);
    }

    /// <summary>The answer to this request is long: who is on a bad network has its time for it.</summary>
    public static void LetTakeTime(HttpContext http)
    {
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
            rate.MinDataRate = new MinDataRate(LeastRate, Grace);
    }

    /// <summary>Connections that are accepted have the listening socket's buffer.</summary>
    public static void Buffer(SocketTransportOptions sockets) =>
        sockets.CreateBoundListenSocket = endpoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
            socket.SendBufferSize = Unread;
            return socket;
        };

    /// <summary>
    /// Takes the caller's address and scheme from X-Forwarded-For and X-Forwarded-Proto, of trusted proxies alone: anyone
    /// else could choose the address that limits go by.
    /// </summary>
    public static IApplicationBuilder UseTrustedProxies(this IApplicationBuilder app, Settings settings)
    {
        if (settings.TrustedProxies is not { Length: > 0 } trusted)
            return app;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null, // As many hops as are trusted, read from the near end.
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var text in trusted)
        {
            if (IPAddress.TryParse(text, out var address))
                options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(text, out var network))
                options.KnownIPNetworks.Add(network);
            else
                throw new InvalidSettingException(
                    "CLOSEDDOOR_TRUSTED_PROXIES must be addresses or networks, such as 10.0.0.1, 10.1.0.0/16."
                );
        }
        return app.UseForwardedHeaders(options);
    }

    /// <summary>GET is also answered as HEAD (RFC 9110, 9.3.2): the same headers, no body.</summary>
    public static RouteGroupBuilder AnswersHead(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Finally(endpoint =>
        {
            for (var i = 0; i < endpoint.Metadata.Count; i++)
            {
                if (endpoint.Metadata[i] is HttpMethodMetadata { HttpMethods: [var only] } && HttpMethods.IsGet(only))
                    endpoint.Metadata[i] = new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head]);
            }
        });
        return group;
    }
}
