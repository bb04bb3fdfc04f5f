using ClosedDoor.Domain;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

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
                Refusals.SeatsTaken,
                Refusals.SeatsBlockDay,
                Refusals.CompaniesWaiting
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
                if (await SessionTable.Lock(tx, sessionId) is not { } sale)
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
                var changed = SessionPlan.From(
                    Lay(request, over: row.ToRequest(), before.BeginsAt),
                    caller.Now,
                    before
                );
                if (changed.Refused(out var invalid))
                    return invalid;
                var after = changed.Value;
                if (
                    after.Date != before.Date
                    && await ReservationTable.SeatThatBlocks(tx, sessionId, after.Date) is { } blocked
                )
                    return Refusals.SeatsBlockDay.Because($"{blocked} 号席位。", $"Seat {blocked}.");

                // Before seats go: those whose time is over must not stand in the way.
                await ReservationEnd.ReleaseAndPromote(tx, sale, caller.Now);
                // Nobody would ever move up again, or be told that: who waits has their seat or is taken off the list first.
                if (
                    after.Admission is Admission.Approval
                    && before.Admission is not Admission.Approval
                    && await WaitlistTable.AnyWaiting(tx, sessionId)
                )
                    return Refusals.CompaniesWaiting;
                if (await SeatTable.Resize(tx, sessionId, before.SeatCap, after.SeatCap) is { } taken)
                    return Refusals.SeatsTaken.Because($"{taken} 号席位已被占用。", $"Seat {taken} is taken.");
                await SessionTable.Change(tx, sessionId, before, after, caller.Now);

                sale = (await SessionTable.Lock(tx, sessionId))!;
                if (after.BeginsAt < before.BeginsAt)
                    await ReservationTable.EndBefore(tx, sale, caller.Now);
                if (after.BeginsAt > before.BeginsAt)
                    await ProlongLinks.Of(tx, sessionId, after.BeginsAt, caller.Now);
                if (after.BeginsAt != before.BeginsAt)
                    await QuorumTable.GoWith(tx, sessionId, after.BeginsAt - before.BeginsAt, caller.Now);
                if (before.MovesPeople(after))
                    await ReservationEnd.TellOfMove(tx, sale, caller.Now);
                await WaitlistTable.Promote(tx, sale, caller.Now);
                return (await SessionView.Find(tx, sessionId, forStaff: true, caller.Now))!;
            }
        );

    /// <param name="change">What is sent.</param>
    /// <param name="over">What is in force.</param>
    /// <param name="begins">When it begins as it is: a sale that closes then goes on closing with the begin.</param>
    static SessionRequest Lay(SessionRequest change, SessionRequest over, Instant begins) =>
        new(
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
            change.SalesCloseAt ?? (over.SalesCloseAt == begins ? null : over.SalesCloseAt),
            change.RefundPolicy ?? over.RefundPolicy
        );
}
