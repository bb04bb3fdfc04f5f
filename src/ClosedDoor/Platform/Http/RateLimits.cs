using System.Globalization;
using System.Threading.RateLimiting;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Platform.Http;

/// <summary>A token bucket a caller: the account or key when signed in, else the address. Each instance counts for itself.</summary>
static class RateLimits
{
    public static void AddRateLimits(this IServiceCollection services, Settings settings) =>
        services.AddRateLimiter(options =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http =>
            {
                var standing = TokenAuthentication.StandingOf(http.User);
                return standing.Kind is CallerKind.Anonymous
                    ? Bucket(
                        $"address {ClientAddress.Of(http.Connection.RemoteIpAddress)}",
                        settings.AddressRequestsPerSecond
                    )
                    : Bucket(standing.Id, settings.CallerRequestsPerSecond);
            });
            options.OnRejected = (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after)
                    ? after
                    : TimeSpan.FromSeconds(1);
                context.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))
                    .ToString(CultureInfo.InvariantCulture);
                return new ValueTask(Problems.Write(context.HttpContext, Refusals.TooManyRequests));
            };
        });

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
