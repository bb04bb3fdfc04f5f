using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Reservations;

/// <summary>Where a session admits by approval: gives an applicant a seat, with a deadline to choose how to pay.</summary>
public static class ApproveReservation
{
    public const string Approved = "reservation.approved.v1";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/reservations/{reservationId}/approve", Handle)
            .Named("ApproveReservation", "Approve an application: it takes a seat")
            .RequireAuthorization(Policy.Organize)
            .Answers<ReservationView>()
            .Refuses(
                Refusals.NotFound,
                Refusals.StaleVersion,
                Refusals.WrongReservationStatus,
                Refusals.SessionFull,
                Refusals.CompanyNotVetted,
                Refusals.CertificateExpiresBeforeSession,
                Refusals.SessionNotOnSale
            );

    static async Task<IResult> Handle(string reservationId, Caller caller, Database db) =>
        (await Execute(db, caller, reservationId)).ToOk();

    public static Task<Outcome<ReservationView>> Execute(Database db, Caller caller, string reservationId) =>
        db.Write<ReservationView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await ReservationTable.Lock(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (reservation.State is not ReservationStatus.Applied)
                    return Refusals.WrongReservationStatus;

                await ReservationEnd.ReleaseAndPromote(tx, sale, now);
                var room = await Room.Look(tx, sale.SessionId, reservation.CompanyId, now);
                if (Admittance.CheckLate(sale, room.Vetting, Zones.Today(now), now) is { } refusal)
                    return refusal;
                if (await SeatTable.Claim(tx, sale.SessionId, reservation.Id) is not { } seat)
                    return Refusals.SessionFull;
                var holdUntil = Deadlines.ToChoosePayment(sale, tx.Settings, now);
                if (
                    await ReservationTable.Transition(
                        tx,
                        reservation,
                        ReservationTrigger.Approve,
                        now,
                        Hold.Of(holdUntil),
                        seat: seat
                    )
                    is not { } held
                )
                    return Refusals.WrongReservationStatus;
                await tx.Send(Approved, new Notice(reservation.Id), now);
                return ReservationView.Of(held, now);
            }
        );
}
