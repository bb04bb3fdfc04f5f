using System.Diagnostics;
using ClosedDoor.Platform.Identity;
using Microsoft.AspNetCore.Http.Metadata;

namespace ClosedDoor.Platform.Telemetry;

/// <summary>
/// A line a request, which the operator keeps for at least six months (Cybersecurity Law of the PRC, article 21(3) in the
/// numbering of 2016).
/// </summary>
static class AccessLog
{
    const int CallerWentAway = 499;

    /// <summary>First of all: gives the request its id and, at its end, writes its line.</summary>
    public static IApplicationBuilder UseAccessLog(this IApplicationBuilder app, bool enabled)
    {
        if (!enabled)
            return app.Use(
                (http, next) =>
                {
                    RequestId.Assign(http);
                    return next(http);
                }
            );

        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("ClosedDoor.Access");
        return app.Use(
            async (http, next) =>
            {
                RequestId.Assign(http);
                var started = Stopwatch.GetTimestamp();
                var failed = true;
                try
                {
                    await next(http);
                    failed = false;
                }
                finally
                {
                    Write(log, http, failed, Stopwatch.GetElapsedTime(started));
                }
            }
        );
    }

    static void Write(ILogger log, HttpContext http, bool failed, TimeSpan took)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<LeftOutOfAccessLog>() is not null)
            return;
        var status =
            http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted ? CallerWentAway
            : failed && !http.Response.HasStarted ? StatusCodes.Status500InternalServerError
            : http.Response.StatusCode;
        log.Log(
            LogLevel.Information,
            default,
            new AccessLine(
                MethodOf(http.Request.Method),
                endpoint?.Metadata.GetMetadata<IRouteDiagnosticsMetadata>()?.Route,
                status,
                took.TotalMilliseconds,
                TokenAuthentication.StandingOf(http.User).Id
            ),
            null,
            static (line, _) => line.ToString()
        );
    }

    // An unknown method is the caller's own text.
    static string MethodOf(string method) =>
        HttpMethods.GetCanonicalizedValue(method) is var known
        && (
            HttpMethods.IsGet(known)
            || HttpMethods.IsPost(known)
            || HttpMethods.IsPut(known)
            || HttpMethods.IsPatch(known)
            || HttpMethods.IsDelete(known)
            || HttpMethods.IsHead(known)
            || HttpMethods.IsOptions(known)
        )
            ? known
            : "other";
}

/// <summary>The endpoint is asked every few seconds by machines, on nobody's behalf.</summary>
sealed class LeftOutOfAccessLog;
