using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Reservations;

/// <summary>Gives a seat back, by its company or an organizer. It is free at once, and the first on the waitlist moves up.</summary>
public static class CancelReservation
{
    /// <param name="RefundPercent">
    /// An organizer's word instead of the policy: 0 to 100 percent of what was paid. The reason says why.
    /// </param>
    public sealed record Request(string? Reason, int? RefundPercent = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/reservations/{reservationId}/cancel", Handle)
            .Named("CancelReservation", "Cancel a reservation")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<ReservationView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.Invalid,
                Refusals.StaleVersion,
                Refusals.WrongReservationStatus,
                Refusals.HoldLapsed,
                Refusals.SessionBegun,
                Refusals.Forbidden
            )
            .Example(new Request("行程冲突"));

    static async Task<IResult> Handle(string reservationId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, reservationId, request)).ToOk();

    public static async Task<Outcome<ReservationView>> Execute(
        Database db,
        Caller caller,
        string reservationId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var reason = errors.Lines("reason", request.Reason, 200);
        errors.Within("refundPercent", request.RefundPercent ?? 0, 0, 100);
        if (errors.Refusal is { } invalid)
            return invalid;
        if (request.RefundPercent is not null && !caller.IsStaff)
            return Refusals.Forbidden;

        return await db.Write<ReservationView>(
            caller,
            async tx =>
            {
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (reservation.HasLapsed(caller.Now))
                    return Refusals.HoldLapsed;
                if (!caller.IsStaff && (caller.Now >= sale.BeginsAt || sale.Status is SessionStatus.Completed))
                    return Refusals.SessionBegun; // What becomes of a seat on or after its day is the organizer's to say.
                if (
                    await ReservationEnd.Cancel(
                        tx,
                        reservation,
                        new(EndedBecause.Cancelled, reason),
                        caller.Now,
                        Terms(request, reservation, sale, caller.Now),
                        overridden: request.RefundPercent is not null
                    )
                    is not { } cancelled
                )
                    return Refusals.WrongReservationStatus;
                await WaitlistTable.Promote(tx, sale, caller.Now);
                return ReservationView.Of(cancelled, caller.Now);
            }
        );
    }

    /// <summary>By the policy that the reservation was made under, unless an organizer says otherwise.</summary>
    internal static RefundTerms Terms(Request request, ReservationRow reservation, Sale sale, Instant now) =>
        request.RefundPercent is { } percent
            ? RefundTerms.Full with
            {
                Percent = percent,
            }
            : RefundPolicy.Parse(reservation.RefundPolicy).Value.On(Zones.Today(now), sale.Day);
}
