using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Exchanges a refresh token for a new pair; the old one is spent (RFC 9700, 4.14.2).
/// <para>
/// A spent token that comes again means that two hold it, and one of them may be a thief: which one has the new pair
/// cannot be told, so the whole sign-in ends. Two requests of one client at the same moment (two tabs, a retry over a
/// bad line) look alike, so within <see cref="Grace"/> the second is only refused with <c>refresh_token_invalid</c>:
/// exactly one wins, and the client goes on with the winner's tokens. The answer is never stored: an Idempotency-Key
/// is taken and means nothing here.
/// </para>
/// </summary>
public static class RefreshTokens
{
    /// <summary>How long after its use a spent token is taken for a race, and not for a theft.</summary>
    public static readonly Duration Grace = Duration.FromSeconds(10);

    public sealed record Request(string? RefreshToken);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/auth/refresh", Handle)
            .Named("RefreshTokens", "Exchange a refresh token for new tokens (Idempotency-Key is ignored)")
            .WithDescription(
                $"{SignIn.KeyIsIgnored} Each refresh token works once. Of two requests at the same time one wins and the "
                    + "other gets refresh_token_invalid; a token that comes again later ends the whole sign-in."
            )
            .WithMetadata(new IgnoresToken(), new FingerprintsItself())
            .Answers<TokenView>()
            .AnswersSecrets()
            .Refuses(Refusals.RefreshTokenInvalid)
            .Example(new Request("cdr_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));

    static async Task<IResult> Handle(Request request, Caller caller, Database db, KnownTokens known) =>
        (await Execute(db, known, caller, request)).ToOk();

    public static async Task<Outcome<TokenView>> Execute(Database db, KnownTokens known, Caller caller, Request request)
    {
        if (request.RefreshToken is not { } token || Secrets.KindOf(token) != Secrets.RefreshToken)
            return Refusals.RefreshTokenInvalid;

        var spent = Secrets.Hash(token);
        var tokens = TokenView.New();
        var use = await db.Write(
            "refresh",
            async tx =>
            {
                if (await SignInTable.Rotate(tx, spent, tokens, caller.Now))
                    return Use.First;
                return await SignInTable.RevokeReused(tx, spent, spentBefore: caller.Now - Grace, caller.Now)
                    ? Use.Reuse
                    : Use.None;
            },
            caller.RequestId
        );
        if (use is Use.Reuse)
            known.Forget();
        return use is Use.First ? tokens : Refusals.RefreshTokenInvalid;
    }

    enum Use
    {
        None,
        First,
        Reuse,
    }
}
