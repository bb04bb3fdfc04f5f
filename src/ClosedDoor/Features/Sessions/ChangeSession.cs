using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Sessions;

/// <summary>Changes what is sent and leaves the rest. Reservations keep the price at which they were made.</summary>
public static class ChangeSession
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch("/sessions/{sessionId}", Handle)
            .Named("ChangeSession", "Change a session")
            .RequireAuthorization(Policy.Organize)
            .Answers<SessionView>()
            .Refuses(
                Refusals.Invalid,
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.WrongSessionStatus,
                Refusals.SeatsTaken
            )
            .Example(new SessionRequest(Venue: "新会场地址"));

    static async Task<IResult> Handle(string sessionId, SessionRequest request, Caller caller, Database db) =>
        (await Execute(db, caller, sessionId, request)).ToOk();

    public static Task<Outcome<SessionView>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        SessionRequest request
    ) =>
        db.Write<SessionView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Take(tx, sessionId) is not { } sale)
                    return Refusals.NotFound;
                var row = await tx.Get<SessionRow>(
                    $"{SessionView.Select} WHERE session.id = @sessionId GROUP BY session.id",
                    new { sessionId, now = caller.Now }
                );
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (sale.Status is not (SessionStatus.Draft or SessionStatus.Published or SessionStatus.Closed))
                    return Refusals.WrongSessionStatus;

                var before = row.ToPlan();
                var changed = SessionPlan.From(Lay(request, over: row.ToRequest()), caller.Now);
                if (changed.Refused(out var invalid))
                    return invalid;
                if (!await SeatTable.Resize(tx, sessionId, before.SeatCap, changed.Value.SeatCap))
                    return Refusals.SeatsTaken;
                await SessionTable.Change(tx, sessionId, before, changed.Value, caller.Now);
                if (changed.Value.SeatCap > before.SeatCap)
                    await WaitlistTable.Promote(tx, (await SessionTable.Take(tx, sessionId))!, caller.Now);
                return (await SessionView.Find(tx, sessionId, forOrganizer: true, caller.Now))!;
            }
        );

    static SessionRequest Lay(SessionRequest change, SessionRequest over)
    {
        // A sale that closed with the day's begin goes on closing with it when the day moves.
        var dayMoves = change.Date is not null || change.StartsAt is not null || change.TimeZone is not null;
        return new(
            change.Title ?? over.Title,
            change.Date ?? over.Date,
            change.StartsAt ?? over.StartsAt,
            change.EndsAt ?? over.EndsAt,
            change.TimeZone ?? over.TimeZone,
            change.City ?? over.City,
            change.Venue ?? over.Venue,
            change.Focus ?? over.Focus,
            change.SeatCap ?? over.SeatCap,
            change.Price ?? over.Price,
            change.Admission ?? over.Admission,
            change.SalesCloseAt ?? (dayMoves ? null : over.SalesCloseAt)
        );
    }
}
