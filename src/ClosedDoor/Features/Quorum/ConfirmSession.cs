using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Quorum;

/// <summary>Confirms that a session takes place, once it has whom it needs.</summary>
public static class ConfirmSession
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/sessions/{sessionId}/confirm",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("ConfirmSession", "Confirm that a session takes place")
            .RequireAuthorization(Policy.Organize)
            .Answers<QuorumView>()
            .Refuses(Refusals.NotFound, Refusals.WrongSessionStatus, Refusals.StaleVersion, Refusals.QuorumMissing);

    public static Task<Outcome<QuorumView>> Execute(Database db, Caller caller, string sessionId) =>
        db.Write<QuorumView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } session)
                    return Refusals.NotFound;
                var row = await QuorumRow.Of(tx, sessionId, tx.Settings);
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (
                    session.Status is not (SessionStatus.Published or SessionStatus.Closed)
                    || row.ConfirmedAt is not null
                )
                    return Refusals.WrongSessionStatus;
                var has = await QuorumView.Count(tx, sessionId, await InvitationRow.Of(tx, sessionId));
                if (row.Rule.Missing(has) is { Count: > 0 } missing)
                    return Refusals.QuorumMissing.Because(
                        string.Concat(missing.Select(one => one.Zh)),
                        string.Join(' ', missing.Select(one => one.En))
                    );
                await QuorumTable.Confirm(tx, sessionId, row, has, caller.Now);
                return await QuorumView.Of(tx, sessionId, tx.Settings);
            }
        );
}
