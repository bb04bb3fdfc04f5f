using System.Security.Claims;
using System.Text.Encodings.Web;
using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using NodaTime;

namespace ClosedDoor.Platform.Identity;

/// <summary>
/// <c>Authorization: Bearer</c> with an access token (<c>cda_…</c>), an API key (<c>cdk_…</c>), or the token of a personal link
/// (<c>cdl_…</c>) or of a door device (<c>cdd_…</c>): opaque, random, kept hashed in the database. So they survive a restart, hold
/// on every instance, and can be revoked.
/// </summary>
sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    KnownTokens tokens,
    IClock clock
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Bearer";

    static readonly object RefusedToken = new();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
            return AuthenticateResult.NoResult();
        if (header.Count > 1 || !header[0]!.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return Refused("Not a bearer token.");
        if (
            await tokens.Find(header[0]!["Bearer ".Length..].Trim(), RequestTime.Of(Context, clock)) is not { } standing
        )
            return Refused("Unknown, expired or revoked token.");

        return AuthenticateResult.Success(
            new AuthenticationTicket(new ClaimsPrincipal(new StandingIdentity(standing)), Name)
        );
    }

    /// <summary>Whether a token came that is none. The framework tells of successes only: without this it would pass as no token.</summary>
    public static bool WasRefused(HttpContext http) => http.Items.ContainsKey(RefusedToken);

    AuthenticateResult Refused(string reason)
    {
        Context.Items[RefusedToken] = RefusedToken;
        return AuthenticateResult.Fail(reason);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Write(Context, Refusals.Unauthenticated);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.Write(Context, Refusals.Forbidden);

    public static Standing StandingOf(ClaimsPrincipal user) =>
        (user.Identity as StandingIdentity)?.Standing ?? Standing.Anonymous;

    sealed class StandingIdentity(Standing standing) : ClaimsIdentity(TokenAuthentication.Name)
    {
        public Standing Standing { get; } = standing;
    }
}
