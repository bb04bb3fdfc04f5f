using System.Globalization;
using System.Threading.RateLimiting;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Platform.Http;

/// <summary>A token bucket a caller: the account or key when signed in, else the address. Each instance counts for itself.</summary>
/// <remarks>The framework's middleware would do the same, but never ends the timers of its limiters.</remarks>
static class RateLimits
{
    public static void AddRateLimits(this IServiceCollection services, Settings settings) =>
        services.AddSingleton(_ =>
            PartitionedRateLimiter.Create<HttpContext, string>(http => BucketOf(http, settings))
        );

    public static IApplicationBuilder UseRateLimits(this IApplicationBuilder app)
    {
        var limiter = app.ApplicationServices.GetRequiredService<PartitionedRateLimiter<HttpContext>>();
        return app.Use((http, next) => Wait(http, limiter) is { } wait ? Refuse(http, wait) : next(http));
    }

    /// <returns>How long the caller has to wait; null when the request is taken.</returns>
    static TimeSpan? Wait(HttpContext http, PartitionedRateLimiter<HttpContext> limiter)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<NotLimited>() is not null)
            return null;
        using var lease = limiter.AttemptAcquire(http);
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after
            : TimeSpan.FromSeconds(1);
    }

    static Task Refuse(HttpContext http, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
            .ToString(CultureInfo.InvariantCulture);
        return Problems.Write(http, Refusals.TooManyRequests);
    }

    static RateLimitPartition<string> BucketOf(HttpContext http, Settings settings)
    {
        var standing = TokenAuthentication.StandingOf(http.User);
        return standing.Kind is CallerKind.Anonymous
            ? Bucket($"address {ClientAddress.Of(http.Connection.RemoteIpAddress)}", settings.AddressRequestsPerSecond)
            : Bucket(standing.Id, settings.CallerRequestsPerSecond);
    }

    static RateLimitPartition<string> Bucket(string name, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(
            name,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = 2 * perSecond,
                TokensPerPeriod = perSecond,
                ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                QueueLimit = 0,
                AutoReplenishment = true,
            }
        );
}

/// <summary>Whoever asks, and however often.</summary>
sealed class NotLimited;
