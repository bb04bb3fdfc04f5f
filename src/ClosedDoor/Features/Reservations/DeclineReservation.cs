using ClosedDoor.Domain;
using ClosedDoor.Features.Consultations;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Reservations;

/// <summary>Declines an application for a seat; the company is told the reason.</summary>
public static class DeclineReservation
{
    public const string Declined = "reservation.declined.v1";

    public sealed record Request(string? Reason);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/reservations/{reservationId}/decline", Handle)
            .Named("DeclineReservation", "Decline an application")
            .RequireAuthorization(Policy.Organize)
            .Answers<ReservationView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongReservationStatus)
            .Example(new Request("本场次重点专科不符"));

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
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<ReservationView>(
            caller,
            async tx =>
            {
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, _))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (
                    await ReservationTable.Transition(
                        tx,
                        reservation,
                        ReservationTrigger.Decline,
                        caller.Now,
                        ending: new(EndedBecause.Declined, reason)
                    )
                    is not { } declined
                )
                    return Refusals.WrongReservationStatus;
                await ConsultationTable.CancelOf(tx, reservation.Id, caller.Now);
                await tx.Send(Declined, new Notice(reservation.Id), caller.Now);
                return ReservationView.Of(declined, caller.Now);
            }
        );
    }
}
