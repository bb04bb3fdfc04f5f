using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Conflicts;

/// <summary>The companies that come, and what the guest declared of each, by the personal link.</summary>
public static class ShowOwnConflicts
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/invitation/conflicts", async (Caller caller, Database db) => (await Execute(db, caller)).ToOk())
            .Named("ShowOwnConflicts", "The companies that come, and what the guest declared, by a personal link")
            .RequireAuthorization(Policy.Invited)
            .Answers<Page<GuestConflictView>>()
            .Refuses(Refusals.NotFound);

    public static Task<Outcome<Page<GuestConflictView>>> Execute(Database db, Caller caller) =>
        db.Read<Outcome<Page<GuestConflictView>>>(async read =>
            await Accepted(read, caller) is { } invitation ? await Shown(read, invitation) : Refusals.NotFound
        );

    /// <summary>The invitation of the link, once it is accepted: before that nobody's companies are anybody's to see.</summary>
    internal static async Task<InvitationRow?> Accepted(Statements read, Caller caller) =>
        caller.LinkTo(LinkPurpose.Invitation) is { } id
        && await InvitationRow.Find(read, id) is { State: InvitationStatus.Accepted } row
            ? row
            : null;

    internal static async Task<Page<GuestConflictView>> Shown(Statements read, InvitationRow invitation) =>
        new(
            [
                .. (await ConflictBook.Of(read, invitation.SessionId, guestId: invitation.GuestId)).Select(
                    pair => new GuestConflictView(pair.CompanyId, pair.CompanyName, PairRow.Kinds(pair.ByGuest))
                ),
            ],
            null
        );
}

/// <summary>A company that comes, to a guest.</summary>
/// <param name="Kinds">What the guest declared; null before that.</param>
public sealed record GuestConflictView(string CompanyId, string CompanyName, IReadOnlyList<ConflictKind>? Kinds);
