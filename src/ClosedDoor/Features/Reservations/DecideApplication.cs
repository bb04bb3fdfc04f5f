using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor.Features.Reservations;

/// <summary>Where a session admits by approval: gives an applicant a seat with a payment deadline, or declines it.</summary>
public static class DecideApplication
{
    public const string Approved = "reservation.approved.v1";
    public const string Declined = "reservation.declined.v1";

    public sealed record DeclineRequest(string? Reason);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(
                "/reservations/{reservationId}/approve",
                async (string reservationId, Caller caller, Database db) =>
                    (await Approve(db, caller, reservationId)).ToOk()
            )
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

        api.MapPost(
                "/reservations/{reservationId}/decline",
                async (string reservationId, DeclineRequest request, Caller caller, Database db) =>
                    (await Decline(db, caller, reservationId, request)).ToOk()
            )
            .Named("DeclineReservation", "Decline an application")
            .RequireAuthorization(Policy.Organize)
            .Answers<ReservationView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongReservationStatus)
            .Example(new DeclineRequest("本场次重点专科不符"));
    }

    public static Task<Outcome<ReservationView>> Approve(Database db, Caller caller, string reservationId) =>
        db.Write<ReservationView>(
            caller,
            async tx =>
            {
                var now = caller.Now;
                if (await ReservationTable.Take(tx, reservationId, caller.MaySee) is not var (reservation, sale))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (reservation.State is not ReservationStatus.Applied)
                    return Refusals.WrongReservationStatus;

                await EndReservation.ReleaseLapsed(tx, sale, now);
                var room = await Room.Look(tx, sale.SessionId, reservation.CompanyId, now);
                if (Admittance.Check(sale, room.Vetting, Zones.Today(now), now) is { } refusal)
                    return refusal;
                if (await SeatTable.Claim(tx, sale.SessionId, reservation.Id) is not { } seat)
                    return Refusals.SessionFull;
                var holdUntil = Deadlines.ToChoosePayment(sale, tx.Settings, now);
                if (
                    await ReservationTable.Move(tx, reservation, ReservationTrigger.Approve, now, holdUntil, seat: seat)
                    is not { } held
                )
                    return Refusals.WrongReservationStatus;
                await tx.Send(Approved, new Notice(reservation.Id), now);
                return ReservationView.Of(held, now);
            }
        );

    public static async Task<Outcome<ReservationView>> Decline(
        Database db,
        Caller caller,
        string reservationId,
        DeclineRequest request
    )
    {
        var errors = new FieldErrors();
        var reason = errors.Text("reason", request.Reason, 200);
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<ReservationView>(
            caller,
            async tx =>
            {
                if (await ReservationTable.Take(tx, reservationId, caller.MaySee) is not var (reservation, _))
                    return Refusals.NotFound;
                if (caller.Stale(reservation.Version) is { } stale)
                    return stale;
                if (
                    await ReservationTable.Move(
                        tx,
                        reservation,
                        ReservationTrigger.Decline,
                        caller.Now,
                        because: reason
                    )
                    is not { } declined
                )
                    return Refusals.WrongReservationStatus;
                await tx.Send(Declined, new Notice(reservation.Id), caller.Now);
                return ReservationView.Of(declined, caller.Now);
            }
        );
    }
}
