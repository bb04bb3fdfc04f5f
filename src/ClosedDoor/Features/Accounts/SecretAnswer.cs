namespace ClosedDoor.Features.Accounts;

/// <summary>For endpoints that answer with tokens or keys: no cache on the way may keep them (RFC 6749, 5.1).</summary>
static class SecretAnswer
{
    public static RouteHandlerBuilder AnswersSecrets(this RouteHandlerBuilder endpoint) =>
        endpoint.AddEndpointFilter(
            (call, next) =>
            {
                call.HttpContext.Response.Headers.CacheControl = "no-store";
                return next(call);
            }
        );
}
