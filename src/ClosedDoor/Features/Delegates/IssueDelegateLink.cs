using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Mail;
using NodaTime;

namespace ClosedDoor.Features.Delegates;

/// <summary>Another link for a delegate who is reached by other means than mail.</summary>
public static class IssueDelegateLink
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/delegates/{delegateId}/links",
                async (string delegateId, Caller caller, Database db, Settings settings) =>
                    (await Execute(db, settings, caller, delegateId)).ToOk()
            )
            .Named("IssueDelegateLink", "Make a personal link for a delegate, which is shown once")
            .WithDescription(
                "The link is in this answer alone. It is not stored, so an idempotent repetition answers without it."
            )
            .RequireAuthorization(Policy.Organize)
            .Answers<DelegateLinkView>()
            .AnswersSecrets()
            .Refuses(Refusals.NotFound);

    public static async Task<Outcome<DelegateLinkView>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        string delegateId
    )
    {
        var token = PersonalLinkTable.NewToken();
        var outcome = await db.Write<DelegateLinkView>(
            caller,
            async tx =>
            {
                if (
                    await DelegateRow.Find(tx, delegateId) is not { } row
                    || await ReservationTable.Take(tx, row.ReservationId, caller.MaySee) is not var (_, sale)
                )
                    return Refusals.NotFound;
                var expires = ExpiresAt(sale.BeginsAt);
                var id = await PersonalLinkTable.Issue(
                    tx,
                    LinkPurpose.Delegate,
                    delegateId,
                    token,
                    expires,
                    caller.Now
                );
                await tx.Record(
                    caller.Now,
                    new Change(sale.SessionId, "delegate.link_issued", delegateId, After: new { link = id })
                );
                return new DelegateLinkView(id, expires, null, null);
            }
        );
        return outcome.Then<DelegateLinkView>(view =>
            caller.Replayed
                ? view
                : view with
                {
                    Url = Links.Personal(settings, LinkPurpose.Delegate, token),
                    Token = token,
                }
        );
    }

    /// <summary>Through the day itself and the two after it.</summary>
    internal static Instant ExpiresAt(Instant sessionBegins) => sessionBegins + Duration.FromDays(3);
}

/// <param name="Url">What the delegate opens; in the first answer alone.</param>
/// <param name="Token">The token in it, for <c>Authorization: Bearer</c>.</param>
public sealed record DelegateLinkView(string Id, Instant ExpiresAt, string? Url, string? Token);
