using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>A fresh pair of tokens. They are shown once and kept only as hashes.</summary>
/// <param name="ExpiresIn">Seconds until the access token expires.</param>
public sealed record TokenView(string AccessToken, string RefreshToken, long ExpiresIn, string TokenType)
{
    public static readonly Duration AccessFor = Duration.FromMinutes(30);
    public static readonly Duration RefreshFor = Duration.FromDays(30);

    public static TokenView New() =>
        new(
            Secrets.New(Secrets.AccessToken),
            Secrets.New(Secrets.RefreshToken),
            (long)AccessFor.TotalSeconds,
            "Bearer"
        );
}
