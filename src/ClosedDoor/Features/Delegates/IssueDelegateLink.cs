using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
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
            .WithDescription(IssuedLink.ShownOnce)
            .RequireAuthorization(Policy.Organize)
            .Answers<IssuedLinkView>()
            .AnswersSecrets()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<IssuedLinkView>> Execute(
        Database db,
        Settings settings,
        Caller caller,
        string delegateId
    ) =>
        IssuedLink.Issue(
            db,
            settings,
            caller,
            LinkPurpose.Delegate,
            delegateId,
            async tx =>
                await DelegateRow.Find(tx, delegateId) is { } seen
                && await ReservationTable.Lock(tx, seen.ReservationId, caller.MaySee) is var (_, sale)
                // Again, now that the lock is held: whoever was erased or replaced meanwhile has no link any more.
                && await DelegateRow.Find(tx, delegateId) is { Name.Length: > 0 }
                    ? new LinkGrant(sale.SessionId, ExpiresAt(sale.BeginsAt))
                    : Refusals.NotFound
        );

    /// <summary>Through the day itself and the two after it.</summary>
    internal static Instant ExpiresAt(Instant sessionBegins) => sessionBegins + Duration.FromDays(3);
}
