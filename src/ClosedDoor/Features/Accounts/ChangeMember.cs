using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Ends the account of a member who has left the company, sign-ins included, or opens it again: another member does, or an
/// organizer for them. Nobody ends their own, so that a company by itself never loses its last.
/// </summary>
public static class ChangeMember
{
    public sealed record Request(bool? Disabled = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch("/companies/{companyId}/members/{memberId}", Handle)
            .Named("ChangeMember", "End a member's access to a company, or give it back")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<MemberView>()
            .Refuses(Refusals.NotFound, Refusals.StaleVersion, Refusals.OwnAccount)
            .Example(new Request(Disabled: true));

    static async Task<IResult> Handle(
        string companyId,
        string memberId,
        Request request,
        Caller caller,
        Database db,
        KnownTokens known
    ) => (await Execute(db, known, caller, companyId, memberId, request)).ToOk();

    public static async Task<Outcome<MemberView>> Execute(
        Database db,
        KnownTokens known,
        Caller caller,
        string companyId,
        string memberId,
        Request request
    )
    {
        if (!caller.MaySee(companyId))
            return Refusals.NotFound;

        var outcome = await db.Write<MemberView>(
            caller,
            async tx =>
            {
                // Of two members who end each other's account at once, the second finds that its own is ended.
                var members = await AccountTable.LockMemberRows(tx, companyId);
                if (
                    caller.CompanyId is not null
                    && !members.Exists(one => one.Id == caller.Standing.Id && !one.IsDisabled)
                )
                    return Refusals.Forbidden;
                if (members.Find(one => one.Id == memberId) is not { } before)
                    return Refusals.NotFound;
                if (caller.Stale(before.Version) is { } stale)
                    return stale;
                var disabled = request.Disabled ?? before.IsDisabled;
                if (disabled && memberId == caller.Standing.Id)
                    return Refusals.OwnAccount;

                if (disabled != before.IsDisabled)
                    await AccountTable.ChangeMember(tx, companyId, before, disabled, caller.Now);
                if (disabled)
                    await SignInTable.RevokeAll(tx, memberId, keep: null, caller.Now);
                return (await MemberRow.Find(tx, companyId, memberId))!.ToView();
            }
        );
        known.Forget();
        return outcome;
    }
}
