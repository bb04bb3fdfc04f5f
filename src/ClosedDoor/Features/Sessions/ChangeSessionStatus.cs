using ClosedDoor.Domain;
using ClosedDoor.Features.Aftermath;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Sessions;

/// <summary>Publishes, closes, completes or cancels a session. Cancelling ends every live reservation; money already paid is due back.</summary>
public static class ChangeSessionStatus
{
    public static void Map(IEndpointRouteBuilder api)
    {
        MapOne(api, "publish", SessionTrigger.Publish, "PublishSession", "Publish a session: it goes on sale");
        MapOne(api, "close", SessionTrigger.Close, "CloseSession", "Close the sale of a session");
        MapOne(api, "complete", SessionTrigger.Complete, "CompleteSession", "Complete a session after its day");
        MapOne(api, "cancel", SessionTrigger.Cancel, "CancelSession", "Cancel a session and all its reservations");
    }

    static void MapOne(
        IEndpointRouteBuilder api,
        string verb,
        SessionTrigger trigger,
        string operationId,
        string summary
    ) =>
        api.MapPost(
                $"/sessions/{{sessionId}}/{verb}",
                async (string sessionId, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, trigger)).ToOk()
            )
            .Named(operationId, summary)
            .RequireAuthorization(Policy.Organize)
            .Answers<SessionView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.WrongSessionStatus,
                Refusals.SessionNotOnSale,
                Refusals.SessionNotBegun,
                Refusals.StaleVersion
            );

    static async Task<bool> SomebodyComes(Statements read, string sessionId) =>
        await read.Get<long>(
            """
            SELECT (SELECT COUNT(*) FROM reservation WHERE session_id = @sessionId AND status = 'confirmed')
                + (SELECT COUNT(*) FROM invitation WHERE session_id = @sessionId AND status = 'accepted')
            """,
            new { sessionId }
        ) > 0;

    public static Task<Outcome<SessionView>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        SessionTrigger trigger
    ) =>
        db.Write<SessionView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } sale)
                    return Refusals.NotFound;
                if (
                    caller.Stale(
                        await tx.Get<long>("SELECT version FROM session WHERE id = @sessionId", new { sessionId })
                    ) is
                    { } stale
                )
                    return stale;
                if (
                    trigger is SessionTrigger.Publish
                    && sale.Status is SessionStatus.Draft
                    && caller.Now >= sale.ClosesAt
                )
                    return Refusals.SessionNotOnSale; // Published, it could sell nothing: the dates come first.
                if (sale.Status.After(trigger) is not { } next)
                    return Refusals.WrongSessionStatus;
                // Who is still to come would be written down as absent; a session that nobody comes to may be put away.
                if (
                    trigger is SessionTrigger.Complete
                    && caller.Now < sale.BeginsAt
                    && await SomebodyComes(tx, sessionId)
                )
                    return Refusals.SessionNotBegun;
                if (!await SessionTable.Transition(tx, sessionId, sale.Status, next, caller.Now))
                    return Refusals.WrongSessionStatus;

                if (trigger is SessionTrigger.Cancel)
                    await ReservationEnd.CancelAll(tx, sale, caller.Now);
                if (trigger is SessionTrigger.Complete)
                {
                    await ReservationEnd.EndHopes(tx, sale, caller.Now);
                    await Attendance.Settle(tx, sale, caller.Now);
                }
                return (await SessionView.Find(tx, sessionId, forStaff: true, caller.Now))!;
            }
        );
}
