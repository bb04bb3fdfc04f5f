using ClosedDoor.Domain;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Platform.Identity;

/// <summary>A personal link that an organizer hands on by other means than mail.</summary>
/// <param name="Url">What its bearer opens; in the first answer alone.</param>
/// <param name="Token">The token in it, for <c>Authorization: Bearer</c>.</param>
public sealed record IssuedLinkView(string Id, Instant ExpiresAt, string? Url, string? Token);

/// <summary>For whom a link may be issued: in the log of which session it stands, and until when it holds.</summary>
readonly record struct LinkGrant(string SessionId, Instant ExpiresAt);

static class IssuedLink
{
    public const string ShownOnce =
        "The link is in this answer alone. It is not stored, so an idempotent repetition answers without it.";

    /// <param name="db">The database.</param>
    /// <param name="settings">Where links lead to.</param>
    /// <param name="caller">Who asks for it.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="subjectId">The one thing that it opens.</param>
    /// <param name="grant">Decides in the transaction whether there is to be one.</param>
    public static async Task<Outcome<IssuedLinkView>> Issue(
        Database db,
        Settings settings,
        Caller caller,
        LinkPurpose purpose,
        string subjectId,
        Func<Tx, Task<Outcome<LinkGrant>>> grant
    )
    {
        var token = PersonalLinkTable.NewToken();
        var outcome = await db.Write<IssuedLinkView>(
            caller,
            async tx =>
            {
                var granted = await grant(tx);
                if (granted.Refused(out var refusal))
                    return refusal;
                var (sessionId, expires) = granted.Value;
                var id = await PersonalLinkTable.Issue(tx, purpose, subjectId, token, expires, caller.Now);
                await tx.Record(
                    caller.Now,
                    new Change(sessionId, $"{purpose.Word()}.link_issued", subjectId, After: new { link = id })
                );
                return new IssuedLinkView(id, expires, null, null);
            }
        );
        return outcome.Then<IssuedLinkView>(view =>
            caller.Replayed ? view : view with { Url = Links.Personal(settings, purpose, token), Token = token }
        );
    }
}
